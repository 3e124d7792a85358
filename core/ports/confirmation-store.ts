/**
 * Where it is kept what targets have been seen to hold of ours. Apart from the bans: a confirmation
 * changes no ban, and must not wake the banner.
 *
 * Whatever is read is strongly consistent. No call depends on another; lists may be of any length
 * and may name a key twice.
 */
export interface ConfirmationStore {
  /** Those there are, in no particular order. */
  get(keys: readonly ConfirmationKey[]): Promise<readonly Confirmation[]>;
  /** Replaces those there are. Of two of one key the last counts. */
  put(confirmations: readonly Confirmation[]): Promise<void>;
  /** Those that are not there are passed over. */
  delete(keys: readonly ConfirmationKey[]): Promise<void>;
  /** Notes since when the entry is gone, unless its confirmation is gone too. */
  noteMissing(key: ConfirmationKey, since: number): Promise<void>;
  /**
   * When we may last have taken entries of active bans out of a target ourselves, or begun to put
   * many back: from then on, that an entry confirmed before is not there says nothing of who took
   * it out. Epoch seconds; `undefined`: never.
   */
  unsettledAt(target: string): Promise<number | undefined>;
  /** To be written before that is done. */
  unsettle(target: string, at: number): Promise<void>;
}

export interface ConfirmationKey {
  readonly target: string;
  /** A canonical address or CIDR. */
  readonly id: string;
}

/** A target was seen to hold an id of ours. */
export interface Confirmation extends ConfirmationKey {
  /** The bans it was held for: one a jail. */
  readonly bans: readonly ConfirmedBan[];
  /** Epoch seconds after which the confirmation may be forgotten; `undefined`: never. */
  readonly keepUntil: number | undefined;
  /**
   * Epoch seconds of when the entry was first seen to be gone though its bans hold; `undefined`: it
   * is there.
   */
  readonly missingSince: number | undefined;
}

export interface ConfirmedBan {
  readonly jail: string;
  readonly bannedAt: number;
  /** Epoch seconds: the target has held the id for this ban since then at the latest. */
  readonly since: number;
}
