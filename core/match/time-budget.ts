import type { Watch } from '../ports/watch.ts';

/**
 * Milliseconds that an ordinary batch takes a hundredth of; past them each line is watched on its
 * own.
 */
const BATCH_MS = 1000;
/** Milliseconds for one line: an ordinary one takes a few hundredths of one. */
const LINE_MS = 100;
/**
 * Milliseconds for a line after {@link PATIENCE} lines of the batch have used up theirs: a stranger
 * who sends such lines sends many.
 */
const SHORT_LINE_MS = 5;
const PATIENCE = 20;
/** How many times its budget a line may take on a machine that has no time for it. */
const MOST_STRETCH = 16;
/**
 * Tries in which a line must have used up its time before it is given up: a garbage collection in
 * the middle of one shows nothing about the line.
 */
const TRIES = 2;
/** Milliseconds without which nothing is begun; to be watched takes a tenth of one. */
const LEAST_MS = 1;

/**
 * What came of a line: it was matched; it was given up, since its own time ran out; it was left,
 * since there was no time for any more lines. In the last two cases it left no trace.
 */
export type LineOutcome = 'matched' | 'given-up' | 'left';

/** Runs one line's matching. */
export type LineGuard = (matching: () => void, state: Restorable) => LineOutcome;

/** Milliseconds that are left for all lines together. */
export type TimeLeft = () => number;

/** Something with a state that can be taken back. */
export interface Restorable {
  /** What takes it back to how it is now; to be called once at most. */
  snapshot(): () => void;
}

/** Lines are not watched one by one. */
export const unguarded: LineGuard = (matching) => {
  matching();
  return 'matched';
};

const NO_END: TimeLeft = () => Number.POSITIVE_INFINITY;

/**
 * Runs the matching of many lines within a budget. First all at once, since watching costs more
 * than a line does; when that takes too long, once more from the start, each line watched on its
 * own, so that only the lines to blame are given up.
 *
 * @param pass one run over all lines, each through the guard. Whatever a cut-off run did must be
 *   undone by `state`, or not matter
 */
export function withinBudget<T>(
  watch: Watch,
  state: Restorable,
  pass: (guard: LineGuard) => T,
  timeLeft: TimeLeft = NO_END,
): T {
  // Half at most, so that there is time to find the lines to blame.
  const ms = Math.min(BATCH_MS, Math.floor(timeLeft() / 2));
  if (ms >= LEAST_MS) {
    const restore = state.snapshot();
    const fast = watch(() => pass(unguarded), ms);
    if (fast.kind === 'done') return fast.value;
    restore();
  }
  return pass(lineGuard(watch, timeLeft));
}

function lineGuard(watch: Watch, timeLeft: TimeLeft): LineGuard {
  let expired = 0;
  return (matching, state) => {
    const budget = expired < PATIENCE ? LINE_MS : SHORT_LINE_MS;
    for (let wanted = budget, tries = 0; tries < TRIES && wanted <= budget * MOST_STRETCH; ) {
      const ms = Math.min(wanted, Math.floor(timeLeft()));
      if (ms < LEAST_MS) return 'left';
      const restore = state.snapshot();
      const outcome = watch(matching, ms);
      if (outcome.kind === 'done') return 'matched';
      restore();
      // On a machine busy with other work the time shows nothing about the line.
      if (outcome.cpuMs >= budget / 2) tries += 1;
      else if (ms < wanted) return 'left';
      else wanted *= 2;
    }
    expired += 1;
    return 'given-up';
  };
}
