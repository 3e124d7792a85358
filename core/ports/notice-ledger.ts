import type { BanKey } from '../records/ban.ts';

/**
 * Where it is kept which changes of a ban's record have been told of, and who is about to tell.
 * Apart from the record: to tell changes no ban.
 */
export interface NoticeLedger {
  /**
   * As the last write left it, strongly consistent; `undefined`: nothing has been told, or so long
   * ago that it has been cleaned away.
   */
  read(key: BanKey): Promise<NoticeEntry | undefined>;
  /**
   * Writes if nobody wrote since `entry.version - 1` (0: there was none); `conflict`: read again
   * and decide again.
   */
  write(key: BanKey, entry: NoticeEntry): Promise<'written' | 'conflict'>;
}

export interface NoticeEntry {
  /** The latest change told of; `undefined`: none yet. */
  readonly told: ToldChange | undefined;
  /**
   * Epoch seconds until which somebody is about to tell of what comes after; nobody else does so
   * before. 0: nobody.
   */
  readonly leasedUntil: number;
  /** Epoch seconds after which the entry may be forgotten; `undefined`: never. */
  readonly keepUntil: number | undefined;
  readonly version: number;
}

export interface ToldChange {
  /** The record's version. */
  readonly version: number;
  /**
   * The latest beginning of a ban told of, epoch seconds: a record that was forgotten and begun
   * anew counts its versions from 1 again.
   */
  readonly bannedAt: number;
}
