/**
 * UTF-16 units of the longest line that is matched: 256 KB, the longest event that the CloudWatch
 * agent sends unless it is configured otherwise.
 *
 * A line is matched whole or not at all. A part of one may match where the whole does not: its end
 * satisfies `$`, and an address that is cut is another address. So a stranger who chooses how long
 * a line is would choose the address that it bans. The time budget (time-budget.ts) bounds what a
 * regex may take on a long line, not the line's length.
 */
export const LONGEST_LINE = 262_144;

export function isTooLong(text: string): boolean {
  return text.length > LONGEST_LINE;
}
