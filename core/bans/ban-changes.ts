import type { Ban, BanChange } from '../records/ban.ts';

/**
 * Changes a record carries: a ban and its lifting are two, so four bans, which take at least three
 * bantimes.
 */
const MOST_CHANGES = 8;

/**
 * The record with its latest change added to those it carries; `before` is the record it was made
 * from.
 */
export function withChange(ban: Ban, kind: BanChange['kind'], before: Ban | undefined): Ban {
  const { version, origin, bannedAt, expiresAt, banCount } = ban;
  const change: BanChange = { version, kind, origin, bannedAt, expiresAt, banCount };
  return { ...ban, changes: [...(before?.changes ?? []), change].slice(-MOST_CHANGES) };
}

/**
 * The times of the bans that logs called for and that were made, as far as the record knows: the
 * present or last ban, and earlier ones from its changes. A ban whose run died before reporting it
 * is found here.
 */
export function bansOnRecord({ origin, bannedAt, changes }: Ban): readonly number[] {
  if (changes === undefined) return origin === 'jail' ? [bannedAt] : [];
  return changes.flatMap((change) => (change.kind === 'banned' && change.origin === 'jail' ? [change.bannedAt] : []));
}
