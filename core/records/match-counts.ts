/** Lines that matched or might have, and brought no failure. */
export interface MatchCounts {
  /** Failures of hosts known by name only: names are not resolved. */
  readonly names: number;
  /** Failures of what looks like an address and is none. */
  readonly notAddresses: number;
  /** Lines cut at 16,384 characters before they were matched. */
  readonly cutLines: number;
  /** Lines given up because a regex ran out of stack or time on them. */
  readonly givenUp: number;
}
