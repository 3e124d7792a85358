/** Requests in flight at once: enough to hide latency. */
const AT_ONCE = 16;

/**
 * Works on all items, several at once. After the first failure no other is begun; it is thrown when
 * those under way have ended, so that whoever counts has counted them all.
 */
export async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await work(item).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
