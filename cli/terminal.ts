/** Where a command writes. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** What a person should know beside the results: diagnostics, errors. */
  err(text: string): void;
  /**
   * Something to wait for when whoever reads the results does not keep up: what is not read yet
   * lies in memory.
   */
  congestion(): Promise<void> | undefined;
  /**
   * Columns of the screen that `out` writes to; `undefined` when it is none: no colour, no progress
   * bar.
   */
  readonly columns: number | undefined;
}
