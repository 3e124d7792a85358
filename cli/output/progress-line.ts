import type { Terminal } from '../terminal.ts';
import { screenSafe } from './printable.ts';

/** A line at the bottom of a screen that shows the progress of a long command. */
export interface ProgressLine {
  show(text: string): void;
  /** Takes it away, for what is printed next. */
  clear(): void;
}

/** On a terminal, and for people; otherwise nothing is printed. */
export function progressLine({ draw, columns }: Terminal, json: boolean): ProgressLine {
  if (columns === undefined || json) return { show() {}, clear() {} };
  let shown = false;
  return {
    show(text) {
      draw(`\r\x1b[K${screenSafe(text).slice(0, columns - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) draw('\r\x1b[K');
      shown = false;
    },
  };
}

/** Milliseconds between two signs of life. */
const BEAT = 150;

/** Shows that something is being waited for, on a terminal and for people. */
export async function whileWaiting<T>(text: string, what: Promise<T>, terminal: Terminal, json: boolean): Promise<T> {
  const line = progressLine(terminal, json);
  let beats = 0;
  const beat = (): void => line.show(`${text} ${'.'.repeat(1 + (beats++ % 8))}`);
  beat();
  const timer = setInterval(beat, BEAT);
  try {
    return await what;
  } finally {
    clearInterval(timer);
    line.clear();
  }
}

/** `12,345` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
