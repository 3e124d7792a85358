import { PERMANENT } from '../config/jail.ts';

/**
 * The record of one id in one jail: the ban in force, or the last one. Only the transitions of
 * `transitions.ts` change it, each written on condition that no one else changed it meanwhile
 * (`version`).
 */
export interface Ban {
  /** A canonical address or CIDR, or the text of F-ID. */
  readonly id: string;
  readonly jail: string;
  readonly state: 'active' | 'lifted';
  /** Epoch seconds of the attempt that filled the window, or of the command. */
  readonly bannedAt: number;
  /** Epoch seconds of when the ban was recorded; absent from records of earlier releases. */
  readonly madeAt?: number | undefined;
  /** The second after which the ban may be lifted; `undefined`: permanent. */
  readonly expiresAt: number | undefined;
  /** When it was lifted; `undefined` while active. */
  readonly liftedAt: number | undefined;
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  /** The number of remembered bans of this id in this jail, including this one. */
  readonly banCount: number;
  /** Attempts in the window that led to the ban; 0 for a manual ban. */
  readonly attempts: number;
  readonly origin: BanOrigin;
  /** Log lines behind the ban, oldest first: at most `maxmatches`, 500 characters each. */
  readonly evidence: readonly string[];
  /**
   * Seconds for which the record outlives the ban: it keeps the history and proves that a left-over
   * firewall entry is ours.
   */
  readonly keptFor: number;
  /** 1 for a new record, one more with every change. */
  readonly version: number;
  /**
   * The record's latest changes, oldest first, this one included; absent from records of earlier
   * releases.
   */
  readonly changes?: readonly BanChange[];
}

export type BanOrigin = 'jail' | 'manual' | 'list';

export interface BanKey {
  readonly id: string;
  readonly jail: string;
}

/**
 * True when the ban's time is over at `now`: fail2ban lifts when now is strictly greater
 * (fail2ban/server/banmanager.py: unBanList).
 */
export function isDue(ban: Ban, now: number): boolean {
  return ban.state === 'active' && ban.expiresAt !== undefined && now > ban.expiresAt;
}

/**
 * The last second that belongs to the ban. Attempts up to it never count toward the next ban: they
 * were made while the id was banned. Lifting by hand ends it early; the expirer's lateness does not
 * prolong it. A log's clock may be ahead of ours, so a ban may be lifted before its beginning; the
 * attempts that led to it never count again even then.
 */
export function endOf(ban: Ban): number {
  const end = ban.expiresAt ?? Number.POSITIVE_INFINITY;
  return ban.liftedAt === undefined ? end : Math.max(ban.bannedAt, Math.min(end, ban.liftedAt));
}

/** `bannedAt + bantime`, or `undefined` for a permanent ban. */
export function expiry(bannedAt: number, bantime: number): number | undefined {
  return bantime === PERMANENT ? undefined : bannedAt + bantime;
}

/** One change of a record, as it was written. */
export interface BanChange {
  /** The record's version after this change. */
  readonly version: number;
  /** `missed`: a ban that was over before it could be made. */
  readonly kind: 'banned' | 'missed' | 'prolonged' | 'lifted';
  readonly origin: BanOrigin;
  readonly bannedAt: number;
  /** `undefined`: permanent. */
  readonly expiresAt: number | undefined;
  readonly banCount: number;
}
