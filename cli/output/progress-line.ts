import type { Terminal } from '../terminal.ts';

/** A line at the bottom of a screen that says how far a long command is. */
export interface ProgressLine {
  show(text: string): void;
  /** Takes it away, for what is printed next. */
  clear(): void;
}

/** On a terminal, and for people; otherwise nothing is printed. */
export function progressLine({ out, columns }: Terminal, json: boolean): ProgressLine {
  if (columns === undefined || json) return { show() {}, clear() {} };
  let shown = false;
  return {
    show(text) {
      out(`\r\x1b[K${text.slice(0, columns - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) out('\r\x1b[K');
      shown = false;
    },
  };
}

/** `12,345` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
