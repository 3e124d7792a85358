/** Epoch milliseconds; both ends belong to it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
