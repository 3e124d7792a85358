import type { Screen } from './run-event.ts';

/** One event a line, for programs. */
export function jsonScreen(write: (text: string) => void): Screen {
  return {
    show: (event) => write(`${JSON.stringify(event)}\n`),
    progress: () => undefined,
    close: () => undefined,
  };
}
