/** The end of year 9999, which fail2ban-client prints for a ban without an end. */
export const NO_END = 253402300799;

/** `2025-12-10 09:12:48`, UTC. @param time epoch seconds */
export function clockText(time: number): string {
  return new Date(Math.min(time, NO_END) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `until 2025-12-10 09:12:48 UTC`, or `for good`. */
export function endText(expiresAt: number | undefined): string {
  return expiresAt === undefined ? 'for good' : `until ${clockText(expiresAt)} UTC`;
}
