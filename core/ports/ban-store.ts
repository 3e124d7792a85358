import type { Ban, BanKey } from '../records/ban.ts';

/**
 * Where bans are kept: one record an (id, jail), each change conditional on the version it was
 * computed from.
 */
export interface BanStore {
  /** The record as the last write left it (strongly consistent). */
  read(key: BanKey): Promise<Ban | undefined>;
  /**
   * Writes `ban` if the record still has the version before it (`ban.version - 1`; 0: no record).
   * `conflict`: somebody else changed it meanwhile; read again and decide again.
   */
  write(ban: Ban): Promise<'written' | 'conflict'>;
  /** The records of one id in every jail, strongly consistent: who bans it now. */
  ofId(id: string): Promise<readonly Ban[]>;
  /**
   * Active bans whose end is before `now`, earliest end first over all pages; may lag by the moment
   * an index takes. Pages of keys.
   */
  due(now: number): AsyncIterable<readonly BanKey[]>;
  /** Every active ban, in pages, without evidence; may lag by the moment an index takes. */
  active(): AsyncIterable<readonly ActiveBan[]>;
}

/** What reconciliation and `status` need of a ban. */
export type ActiveBan = Pick<Ban, 'id' | 'jail' | 'bannedAt' | 'expiresAt' | 'bantime' | 'banCount' | 'origin'> &
  /** An index need not have it. */
  Pick<Ban, 'madeAt'>;
