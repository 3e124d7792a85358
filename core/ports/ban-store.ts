import type { Ban, BanKey } from '../records/ban.ts';

/**
 * Stores bans: one record per (id, jail). Each change is conditional on the version it was computed
 * from.
 */
export interface BanStore {
  /** The record as last written (strongly consistent). */
  read(key: BanKey): Promise<Ban | undefined>;
  /**
   * Writes `ban` if the record still has the version before it (`ban.version - 1`; 0: no record).
   * `conflict`: another writer changed it meanwhile; read again and decide again.
   */
  write(ban: Ban): Promise<'written' | 'conflict'>;
  /** The records of one id in every jail, strongly consistent; they show which jails ban it now. */
  ofId(id: string): Promise<readonly Ban[]>;
  /**
   * Active bans whose end is before `now`, earliest end first over all pages; may lag by the moment
   * an index takes. Pages of keys.
   */
  due(now: number): AsyncIterable<readonly BanKey[]>;
  /** Every active ban, in pages, without evidence; may lag by the moment an index takes. */
  active(): AsyncIterable<readonly ActiveBan[]>;
}

/** The attributes of a ban that reconciliation and `status` need. */
export type ActiveBan = Pick<Ban, 'id' | 'jail' | 'bannedAt' | 'expiresAt' | 'bantime' | 'banCount' | 'origin'> &
  /** An index may lack it. */
  Pick<Ban, 'madeAt'>;
