import type { Watch } from '../ports/watch.ts';

/**
 * Milliseconds that an ordinary batch takes a hundredth of; past them each line is watched on its
 * own.
 */
const BATCH_MS = 1000;
/** Milliseconds for one line: an ordinary one takes a few hundredths of one. */
const LINE_MS = 100;
/**
 * Milliseconds for a line after {@link PATIENCE} lines of the batch have used up theirs: who sends
 * such lines sends many.
 */
const SHORT_LINE_MS = 10;
const PATIENCE = 20;
/** How many times its budget a line may take on a machine that has no time for it. */
const MOST_STRETCH = 16;

/** Runs one line's matching; `false`: its time ran out, and it left no trace. */
export type LineGuard = (matching: () => void, state: Restorable) => boolean;

/** Something with a state that can be taken back. */
export interface Restorable {
  /** What takes it back to how it is now; to be called once at most. */
  snapshot(): () => void;
}

/** Lines are not watched one by one. */
export const unguarded: LineGuard = (matching) => {
  matching();
  return true;
};

/**
 * Runs the matching of many lines within a budget. First all at once, since watching costs more
 * than a line does; when that takes too long, once more from the start, each line watched on its
 * own, so that only the lines to blame are given up.
 *
 * @param pass one run over all lines, each through the guard. Whatever a cut-off run did must be
 *   undone by `state`, or not matter
 */
export function withinBudget<T>(watch: Watch, state: Restorable, pass: (guard: LineGuard) => T): T {
  const restore = state.snapshot();
  const fast = watch(() => pass(unguarded), BATCH_MS);
  if (fast.kind === 'done') return fast.value;
  restore();
  return pass(lineGuard(watch));
}

function lineGuard(watch: Watch): LineGuard {
  let expired = 0;
  return (matching, state) => {
    const budget = expired < PATIENCE ? LINE_MS : SHORT_LINE_MS;
    for (let ms = budget; ms <= budget * MOST_STRETCH; ms *= 2) {
      const restore = state.snapshot();
      const outcome = watch(matching, ms);
      if (outcome.kind === 'done') return true;
      restore();
      // On a machine busy with other work the time shows nothing about the line.
      if (outcome.cpuMs >= budget / 2) break;
    }
    expired += 1;
    return false;
  };
}
