/** Looks up host names. */
export interface NameLookup {
  /**
   * Queries once, without a cache, and takes seconds at most. Never throws: a missing answer is a
   * result too.
   */
  lookUp(name: string): Promise<NameAnswer>;
}

export interface NameAnswer {
  /** Addresses of both families; empty when the name has none, or when no server answered. */
  readonly addresses: readonly string[];
  /** Why the answer is missing or incomplete; `undefined`: these are all the addresses. */
  readonly failure: string | undefined;
}
