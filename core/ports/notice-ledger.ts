import type { BanKey } from '../records/ban.ts';

/**
 * Stores which changes of a ban's record have been reported, and which run is about to report. It
 * is separate from the record, because a report changes no ban.
 */
export interface NoticeLedger {
  /**
   * The last written entry, strongly consistent; `undefined`: nothing was reported, or so long ago
   * that the entry has expired.
   */
  read(key: BanKey): Promise<NoticeEntry | undefined>;
  /**
   * Writes if no one wrote since `entry.version - 1` (0: no entry); `conflict`: read again and
   * decide again.
   */
  write(key: BanKey, entry: NoticeEntry): Promise<'written' | 'conflict'>;
}

export interface NoticeEntry {
  /** The latest reported change; `undefined`: none yet. */
  readonly told: ToldChange | undefined;
  /**
   * Epoch seconds until which one run holds the lease to report later changes; no other run reports
   * before. 0: no lease.
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
   * The latest reported beginning of a ban, epoch seconds. It is needed because a record that was
   * forgotten and created anew counts its versions from 1 again.
   */
  readonly bannedAt: number;
}
