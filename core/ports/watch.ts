/**
 * Runs work that may never end, a RegExp on a hostile line, and stops it wherever it stands once
 * its time is over. What it had changed until then stays changed; whoever asks puts that right.
 *
 * @param ms milliseconds of this machine's time
 * @throws what the work throws
 */
export type Watch = <T>(work: () => T, ms: number) => Watched<T>;

export type Watched<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** `cpuMs`: milliseconds a processor has worked meanwhile; far fewer where others had it. */
  | { readonly kind: 'expired'; readonly cpuMs: number };
