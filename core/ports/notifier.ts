import type { BanChange } from '../records/ban.ts';

/** Where people are told of bans: by mail, in a chat. */
export interface Notifier {
  /**
   * Hands a notice on. One that may have been handed on before comes again under the same name.
   *
   * @throws when it may not have been handed on; it then comes again
   */
  notify(notice: BanNotice): Promise<void>;
}

/** One change of one ban's record. */
export interface BanNotice {
  /**
   * `jail#id#bannedAt#version`: the same whenever the same change is told of, and of no other
   * change. For receivers that drop duplicates.
   */
  readonly name: string;
  readonly id: string;
  readonly jail: string;
  readonly change: BanChange;
  /** Changes before this one that nobody told of in time, and the record no longer knows. */
  readonly missing: number;
}
