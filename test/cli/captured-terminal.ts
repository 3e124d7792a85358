import { systemClock } from '../../aws/system-clock.ts';
import { runCommand } from '../../cli/run.ts';
import { terminalOn } from '../../cli/terminal.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `cloudjail …args` inside this process. */
export function cloudjail(...args: readonly string[]): Promise<Ran> {
  return runOn(undefined, args);
}

/** The same on a screen of 80 columns, without colors. */
export function cloudjailOnScreen(...args: readonly string[]): Promise<Ran> {
  return runOn(80, args);
}

async function runOn(columns: number | undefined, args: readonly string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal = terminalOn({
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    congestion: () => undefined,
    columns,
    colored: false,
    clock: systemClock,
  });
  return { code: await runCommand(args, terminal), out, err };
}

/** What a command printed with `--json`. */
export function jsonLines(out: string): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
