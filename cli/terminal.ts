import { once } from 'node:events';
import type { Clock } from '../core/ports/clock.ts';
import { screenSafe } from './output/printable.ts';

/** What a command has of the world it runs in. */
export interface Terminal {
  /** Results. Text that steers a screen is written as an escape: a log may hold any. */
  out(text: string): void;
  /** What a person should know beside the results: diagnostics, errors. Escaped as `out` does. */
  err(text: string): void;
  /**
   * Written as it is where `out` writes: colors and cursor movements of this program, never text
   * that came from elsewhere.
   */
  draw(text: string): void;
  /**
   * Something to wait for when the reader of the results does not keep up: what is not read yet
   * lies in memory.
   */
  congestion(): Promise<void> | undefined;
  /** Columns of the screen that `out` writes to; `undefined` when it is none: no progress. */
  readonly columns: number | undefined;
  /** It is a screen with colors, and the environment (NO_COLOR, TERM) lets them be used. */
  readonly colored: boolean;
  readonly clock: Clock;
}

/** Where a terminal writes in the end. */
export interface Outlet extends Pick<Terminal, 'congestion' | 'columns' | 'colored' | 'clock'> {
  write(text: string): void;
  writeError(text: string): void;
}

export function terminalOn({ write, writeError, ...rest }: Outlet): Terminal {
  return {
    ...rest,
    out: (text) => write(screenSafe(text)),
    err: (text) => writeError(screenSafe(text)),
    draw: write,
  };
}

/** The terminal of a process. */
export function processTerminal(
  { stdout, stderr }: { readonly stdout: NodeJS.WriteStream; readonly stderr: NodeJS.WriteStream },
  clock: Clock,
): Terminal {
  return terminalOn({
    write: (text) => stdout.write(text),
    writeError: (text) => stderr.write(text),
    congestion: () => (stdout.writableNeedDrain ? once(stdout, 'drain').then(() => undefined) : undefined),
    columns: stdout.isTTY ? stdout.columns : undefined,
    // Node reads NO_COLOR, NODE_DISABLE_COLORS, FORCE_COLOR and TERM (tty.WriteStream,
    // getColorDepth).
    colored: stdout.isTTY && stdout.hasColors(),
    clock,
  });
}
