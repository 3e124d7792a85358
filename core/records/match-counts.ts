/** Lines that matched or might have, and gave no failure, by why. */
export const REASONS = [
  /** Failures of hosts known by name only: names are not resolved. */
  'names',
  /** Failures of text that looks like an address and is none. */
  'notAddresses',
  /** Lines of more than 262,144 characters, which are not matched. */
  'tooLong',
  /** Lines given up because a regex ran out of stack or time on them. */
  'givenUp',
  /** Lines left unmatched, since the time for their delivery was over. */
  'outOfTime',
] as const;

export type MatchCounts = Readonly<Tally>;

/** Counts that are still being added to. */
type Tally = Record<(typeof REASONS)[number], number>;

/** A zero for each reason: a new object, to count in. */
export function none(): Tally {
  return { names: 0, notAddresses: 0, tooLong: 0, givenUp: 0, outOfTime: 0 };
}

export function plus(some: MatchCounts, others: MatchCounts): Tally {
  const sum = none();
  for (const reason of REASONS) sum[reason] = some[reason] + others[reason];
  return sum;
}
