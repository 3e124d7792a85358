import type { ActiveBan } from '../../core/ports/ban-store.ts';

/** The end of year 9999, which fail2ban-client prints for a ban without an end. */
const NO_END = 253402300799;

/** `2025-12-10 09:12:48`, UTC. */
export function clock(time: number): string {
  return new Date(Math.min(time, NO_END) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `until 2025-12-10 09:12:48 UTC`, or `for good`. */
export function endText(expiresAt: number | undefined): string {
  return expiresAt === undefined ? 'for good' : `until ${clock(expiresAt)} UTC`;
}

/**
 * As `fail2ban-client get JAIL banip --with-time` writes it (fail2ban/server/banmanager.py:
 * getBanList).
 */
export function banWithTime({ id, bannedAt, bantime, expiresAt }: ActiveBan): string {
  return `${printable(id)} \t${clock(bannedAt)} + ${bantime} = ${clock(expiresAt ?? NO_END)}`;
}

/** A ban as JSON. */
export function banObject({ id, jail, bannedAt, expiresAt, bantime, banCount, origin }: ActiveBan): object {
  return { id, jail, bannedAt, expiresAt, bantime, banCount, origin };
}

/**
 * An id may be text that an attacker wrote (F-ID): what steers a terminal or turns the writing
 * direction is replaced.
 */
export function printable(id: string): string {
  return id.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
