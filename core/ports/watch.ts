/**
 * Runs work that may never end, a RegExp on a hostile line, and stops it at any point once its time
 * is over. Changes it made until then stay; the caller must repair them.
 *
 * @param ms milliseconds of this machine's time
 * @throws what the work throws
 */
export type Watch = <T>(work: () => T, ms: number) => Watched<T>;

export type Watched<T> =
  | { readonly kind: 'done'; readonly value: T }
  /**
   * `cpuMs`: processor time of the thread that did the work, milliseconds; far below the elapsed
   * time on a busy machine, 0 where it is not known.
   */
  | { readonly kind: 'expired'; readonly cpuMs: number };
