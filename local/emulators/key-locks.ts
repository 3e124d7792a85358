/** Runs work that holds the same key one after the other, in the order it was asked for. */
export type KeyLocks = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

export function createKeyLocks(): KeyLocks {
  const last = new Map<string, Promise<void>>();
  return async (keys, work) => {
    // All queues are joined in one step, so two holders of several keys cannot wait for each other.
    const ahead = keys.map((key) => last.get(key));
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const key of keys) last.set(key, released);
    await Promise.all(ahead);
    try {
      return await work();
    } finally {
      release();
      for (const key of keys) if (last.get(key) === released) last.delete(key);
    }
  };
}
