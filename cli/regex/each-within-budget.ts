import { vmWatch } from '../../aws/vm-watch.ts';
import { type Restorable, withinBudget } from '../../core/match/time-budget.ts';

/** Watching costs about as much as some ten lines. */
const LINES_AT_ONCE = 500;

/**
 * What each line comes to, in order; `undefined` for a line that takes too long.
 *
 * @param state what working on a line may change
 */
export async function* eachWithinBudget<L, R>(
  lines: AsyncIterable<L>,
  state: Restorable,
  work: (line: L) => R,
): AsyncGenerator<{ readonly line: L; readonly result: R | undefined }> {
  const watch = vmWatch();
  for await (const some of inBatches(lines)) {
    yield* withinBudget(watch, state, (guard) =>
      some.map((line) => {
        let result: R | undefined;
        const outcome = guard(() => {
          result = work(line);
        }, state);
        return { line, result: outcome === 'matched' ? result : undefined };
      }),
    );
  }
}

async function* inBatches<L>(lines: AsyncIterable<L>): AsyncGenerator<readonly L[]> {
  let batch: L[] = [];
  for await (const line of lines) {
    if (batch.push(line) < LINES_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
