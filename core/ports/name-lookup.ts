/** Where host names are looked up. */
export interface NameLookup {
  /**
   * Asks once, with no memory of its own; takes seconds at most. Never throws: that nobody answers
   * is an answer.
   */
  lookUp(name: string): Promise<NameAnswer>;
}

export interface NameAnswer {
  /** Of both families; empty when the name has none, or when nobody answered. */
  readonly addresses: readonly string[];
  /**
   * Why there is no answer, or only a part of one; `undefined`: these are all the addresses there
   * are.
   */
  readonly failure: string | undefined;
}
