import { clockText } from '../output/clock-text.ts';
import { printable } from '../output/printable.ts';
import type { Progress } from '../output/run-event.ts';
import { textScreen } from '../output/text-screen.ts';
import type { Terminal } from '../terminal.ts';
import type { FoundEvent, ReplayEvent } from './replay.ts';
import type { ReplayResult } from './replay-ledger.ts';

export interface ReplayOutput {
  show(event: ReplayEvent): void;
  progress(state: Progress): void;
  finish(result: ReplayResult): void;
  close(): void;
}

export function replayOutput(terminal: Terminal, json: boolean): ReplayOutput {
  return json ? jsonOutput(terminal) : textOutput(terminal);
}

/** Written at once: a log of ten million lines may bring a million events. */
const WRITTEN_AT_ONCE = 64 * 1024;

function jsonOutput({ out }: Terminal): ReplayOutput {
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') out(waiting);
    waiting = '';
  };
  const write = (event: object): void => {
    waiting += `${JSON.stringify(event)}\n`;
    if (waiting.length >= WRITTEN_AT_ONCE) flush();
  };
  return { show: write, progress() {}, finish: ({ summary }) => write(summary), close: flush };
}

function textOutput(terminal: Terminal): ReplayOutput {
  const { out } = terminal;
  const screen = textScreen(terminal);
  return {
    show(event) {
      if (event.event !== 'found') screen.show(event);
      else {
        screen.close();
        out(`${foundLine(event)}\n`);
      }
    },
    progress: screen.progress,
    finish(result) {
      screen.close();
      screen.show(result.summary);
      for (const line of remarks(result)) out(`${line}\n`);
    },
    close: screen.close,
  };
}

function foundLine(found: FoundEvent): string {
  return `${clockText(found.time)}  Found  [${printable(found.jail)}] ${printable(found.id)}  ${placeOf(found)}`;
}

function placeOf(found: FoundEvent): string {
  if ('logStream' in found) return `${found.logStream} of ${found.logGroup}`;
  return `line ${found.line}${found.file === undefined ? '' : ` of ${found.file}`}`;
}

/** What the summary's numbers leave open: attempts that led nowhere, and why. */
function remarks({ jails }: ReplayResult): readonly string[] {
  return jails.flatMap(({ name, ignored, whileBanned, left }) => {
    const reasons: (readonly [count: number, what: string])[] = [
      [whileBanned, 'attempts while banned'],
      ...[...ignored].map(([reason, count]) => [count, `attempts ignored: ${reason}`] as const),
      [left.names, 'failures of a host known by name only: names are not resolved'],
      [left.notAddresses, 'failures of what is no address'],
      [left.tooLong, 'lines of more than 262,144 characters, which are not matched'],
      [left.givenUp, 'lines given up: a regex ran out of stack or time'],
    ];
    return reasons.filter(([count]) => count > 0).map(([count, what]) => `  [${name}] ${count} ${what}`);
  });
}
