import { runCommand } from '../../cli/run.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `cloudjail …args` inside this process. */
export async function cloudjail(...args: readonly string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    congestion: () => undefined,
    columns: undefined,
  });
  return { code, out, err };
}

/** What a command printed with `--json`. */
export function jsonLines(out: string): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
