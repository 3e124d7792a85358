import type { BanKey } from '../bans/ban.ts';

/** Where it is kept when an id was last seen to try though a target had long been keeping it out. */
export interface LeakStore {
  /** Replaces what was noted of the same (id, jail). */
  note(leak: Leak): Promise<void>;
  /** What is noted of these, strongly consistent, in no particular order. */
  of(keys: readonly BanKey[]): Promise<readonly Leak[]>;
}

export interface Leak extends BanKey {
  /** Of the ban during which it was seen. */
  readonly bannedAt: number;
  /** Epoch seconds of the latest attempt. */
  readonly at: number;
  /** Which targets were keeping the id out then. */
  readonly targets: readonly string[];
  /** Epoch seconds after which this may be forgotten; `undefined`: never. */
  readonly keepUntil: number | undefined;
}
