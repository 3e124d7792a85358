export type ScanStep =
  | readonly ['text', string]
  /** Any one of these characters. */
  | readonly ['one', string]
  /** Any one of these characters, which `same` must repeat. */
  | readonly ['separator', string]
  | readonly ['same']
  /** A strptime directive without its percent sign. */
  | readonly ['field', string]
  /** This many spaces or more. */
  | readonly ['blanks', 0 | 1]
  /** Digits, one or more. */
  | readonly ['digits']
  /** Everything up to and including this character. */
  | readonly ['past', string]
  /** The text to cut out of the line; without it, everything that the steps read. */
  | readonly ['cut', readonly ScanStep[]]
  | readonly ['optional', readonly ScanStep[]]
  /** The first alternative that matches. */
  | readonly ['either', readonly (readonly ScanStep[])[]];

/** How to read a line at one place. JSON-serializable. */
export interface Scan {
  /**
   * `start`: at the line's start after up to two non-word characters; `line`: at its very start;
   * `word`: at a word.
   */
  readonly begin: 'start' | 'line' | 'word';
  /** `word`: not inside a word; `line`: at the line's end. */
  readonly end: 'word' | 'line';
  readonly ignoreCase: boolean;
  readonly steps: readonly ScanStep[];
}
