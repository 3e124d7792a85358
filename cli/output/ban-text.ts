import type { ActiveBan } from '../../core/ports/ban-store.ts';
import { clockText, NO_END } from './clock-text.ts';
import { printable } from './printable.ts';

/**
 * As `fail2ban-client get JAIL banip --with-time` writes it (fail2ban/server/banmanager.py:
 * getBanList).
 */
export function banWithTime({ id, bannedAt, bantime, expiresAt }: ActiveBan): string {
  return `${printable(id)} \t${clockText(bannedAt)} + ${bantime} = ${clockText(expiresAt ?? NO_END)}`;
}

/** A ban as JSON. */
export function banObject({ id, jail, bannedAt, expiresAt, bantime, banCount, origin }: ActiveBan): object {
  return { id, jail, bannedAt, expiresAt, bantime, banCount, origin };
}
