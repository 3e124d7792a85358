/** A text that a line must contain. */
export interface Piece {
  readonly text: string;
  /** By Python's rules; the text is lower-case then. */
  readonly ignoreCase: boolean;
  /**
   * How rare it is, where that is not to be read off the text alone: it was cut out of a longer
   * one.
   */
  readonly bits?: number;
}
