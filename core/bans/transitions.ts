import { PERMANENT } from '../config/jail.ts';
import { type Ban, type BanKey, type BanOrigin, expiry, isDue } from '../records/ban.ts';
import { withChange } from './ban-changes.ts';

/** A ban about to be made. */
export interface BanRequest {
  readonly bannedAt: number;
  /** Epoch seconds of when it is put on record; absent: `now`. */
  readonly madeAt?: number | undefined;
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  readonly attempts: number;
  readonly origin: BanOrigin;
  readonly evidence: readonly string[];
  /** Bans of this id in this jail that are remembered. */
  readonly earlier: number;
  readonly keptFor: number;
}

export type BanTransition =
  /**
   * The id was not banned and is now. `ended`: the record's former ban had run out but was not
   * lifted yet.
   */
  | { readonly kind: 'banned'; readonly ban: Ban; readonly ended: Ban | undefined }
  /**
   * The ban would be over already at `now`: kept on record so that its attempts never count again,
   * never enforced.
   */
  | { readonly kind: 'missed'; readonly ban: Ban; readonly ended: Ban | undefined }
  /**
   * It was banned already; the ban now ends later, or becomes an operator's ban, which the
   * configuration can't lift.
   */
  | { readonly kind: 'prolonged'; readonly ban: Ban }
  /** It was banned already, for at least as long. */
  | { readonly kind: 'unchanged'; readonly ban: Ban };

/**
 * Bans `key`, given what is on record.
 *
 * A ban whose end is before `now` is not enforced (fail2ban/server/banmanager.py: addBanTicket
 * refuses expired tickets).
 */
export function banned(key: BanKey, record: Ban | undefined, request: BanRequest, now: number): BanTransition {
  const expiresAt = expiry(request.bannedAt, request.bantime);
  if (record?.state === 'active' && !isDue(record, request.bannedAt)) return prolonged(record, request, expiresAt);
  const ban: Ban = {
    id: key.id,
    jail: key.jail,
    state: 'active',
    bannedAt: request.bannedAt,
    madeAt: request.madeAt ?? now,
    expiresAt,
    liftedAt: undefined,
    bantime: request.bantime,
    banCount: request.earlier + 1,
    attempts: request.attempts,
    origin: request.origin,
    evidence: request.evidence,
    keptFor: request.keptFor,
    version: (record?.version ?? 0) + 1,
  };
  const ended = record?.state === 'active' ? lifted(record, record.expiresAt ?? now) : undefined;
  if (expiresAt !== undefined && expiresAt < now) {
    const missed: Ban = { ...ban, state: 'lifted', liftedAt: expiresAt };
    return { kind: 'missed', ban: withChange(missed, 'missed', record), ended };
  }
  return { kind: 'banned', ban: withChange(ban, 'banned', record), ended };
}

function prolonged(record: Ban, request: BanRequest, expiresAt: number | undefined): BanTransition {
  const longer = record.expiresAt !== undefined && (expiresAt === undefined || expiresAt > record.expiresAt);
  const origin = request.origin === 'manual' ? 'manual' : record.origin;
  if (!longer && origin === record.origin) return { kind: 'unchanged', ban: record };
  const end = longer ? expiresAt : record.expiresAt;
  const bantime = end === undefined ? PERMANENT : end - record.bannedAt;
  const ban: Ban = { ...record, expiresAt: end, bantime, origin, version: record.version + 1 };
  return { kind: 'prolonged', ban: withChange(ban, 'prolonged', record) };
}

/** The record once its ban is lifted at `now`; the caller has seen that it is active. */
export function lifted(ban: Ban, now: number): Ban {
  return withChange({ ...ban, state: 'lifted', liftedAt: now, version: ban.version + 1 }, 'lifted', ban);
}
