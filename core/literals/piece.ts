/** A text that a line must contain. */
export interface Piece {
  readonly text: string;
  /** Case is ignored by Python's rules; the text is then lower-case. */
  readonly ignoreCase: boolean;
  /** The rarity, where the text alone does not show it because it was cut out of a longer one. */
  readonly bits?: number;
}
