export type ScanStep =
  | readonly ['text', string]
  /** Any one of these characters. */
  | readonly ['one', string]
  /** Any one of these, which `same` wants again. */
  | readonly ['separator', string]
  | readonly ['same']
  /** A strptime directive without its percent sign. */
  | readonly ['field', string]
  /** So many blanks or more. */
  | readonly ['blanks', 0 | 1]
  /** Digits, one or more. */
  | readonly ['digits']
  /** Everything up to this character, and it. */
  | readonly ['past', string]
  /** What is cut out of the line; without it, all that the steps read is. */
  | readonly ['cut', readonly ScanStep[]]
  | readonly ['optional', readonly ScanStep[]]
  /** The first of them that fits. */
  | readonly ['either', readonly (readonly ScanStep[])[]];

/** How to read a line at one place. JSON-serialisable. */
export interface Scan {
  /**
   * `start`: at the line's start after up to two non-word characters; `line`: at its very start;
   * `word`: at a word.
   */
  readonly begin: 'start' | 'line' | 'word';
  /** `word`: not amid a word; `line`: at the line's end. */
  readonly end: 'word' | 'line';
  readonly ignoreCase: boolean;
  readonly steps: readonly ScanStep[];
}
