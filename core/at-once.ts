export interface AtOnce {
  /** How many are under way at a time. */
  readonly atOnce: number;
  /** Failures after which no other item is begun; without it, every item is tried. */
  readonly mostFailures?: number;
  /** Asked before each item; false: no other is begun. */
  readonly goOn?: () => boolean;
}

/**
 * Works on all items, several at a time: hides latency without flooding a connection pool. One
 * failure costs its item alone. Ends when nothing is under way anymore.
 *
 * @throws the failure, or an AggregateError of several ({@link throwAll}), after the other items
 */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  { atOnce, mostFailures = Number.POSITIVE_INFINITY, goOn = () => true }: AtOnce,
): Promise<void> {
  const failures: unknown[] = [];
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    while (failures.length < mostFailures && goOn()) {
      const { value, done } = queue.next();
      if (done) return;
      try {
        await work(value);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  throwAll(failures);
}

/** Messages named in the message of several failures; most often they are all the same. */
const MOST_NAMED = 5;

/**
 * Nothing, when there are no failures.
 *
 * @throws the failure where there is one; else an AggregateError of all, those of AggregateErrors
 *   among them, with their messages
 */
export function throwAll(failures: readonly unknown[]): void {
  const all = failures.flatMap((failure) => (failure instanceof AggregateError ? failure.errors : [failure]));
  if (all.length === 0) return;
  if (all.length === 1) throw all[0];
  const messages = [...new Set(all.map((failure) => (failure instanceof Error ? failure.message : String(failure))))];
  const unnamed = messages.length - MOST_NAMED;
  const more = unnamed > 0 ? [`and ${unnamed} more`] : [];
  throw new AggregateError(all, [...messages.slice(0, MOST_NAMED), ...more].join('; '));
}
