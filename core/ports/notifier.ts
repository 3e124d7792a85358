import type { BanChange } from '../records/ban.ts';

/** Notifies people of bans, by mail or in a chat. */
export interface Notifier {
  /**
   * Sends a notice. A notice that may have been sent before is repeated under the same name.
   *
   * @throws when it may not have been sent; the caller then repeats it
   */
  notify(notice: BanNotice): Promise<void>;
}

/** One change of one ban's record. */
export interface BanNotice {
  /**
   * `jail#id#bannedAt#version`: the same for every report of one change, and different for any
   * other change. Receivers can drop duplicates by it.
   */
  readonly name: string;
  readonly id: string;
  readonly jail: string;
  readonly change: BanChange;
  /**
   * The number of earlier changes that were not reported in time and that the record no longer
   * holds.
   */
  readonly missing: number;
}
