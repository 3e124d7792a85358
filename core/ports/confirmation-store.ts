/**
 * Stores which of our ids the targets have been seen to hold. It is separate from the bans, because
 * a confirmation changes no ban and must not wake the banner.
 *
 * All reads are strongly consistent. No call depends on another; lists may have any length and name
 * a key twice.
 */
export interface ConfirmationStore {
  /** The existing confirmations, in no particular order. */
  get(keys: readonly ConfirmationKey[]): Promise<readonly Confirmation[]>;
  /** Replaces existing confirmations. Of two with one key the last counts. */
  put(confirmations: readonly Confirmation[]): Promise<void>;
  /** Missing confirmations are ignored. */
  delete(keys: readonly ConfirmationKey[]): Promise<void>;
  /** Records since when the entry is gone, unless its confirmation is gone too. */
  noteMissing(key: ConfirmationKey, since: number): Promise<void>;
  /**
   * The last time when we may have removed entries of active bans from a target ourselves, or begun
   * to put many back. The absence of an entry confirmed before then does not show who removed it.
   * Epoch seconds; `undefined`: never.
   */
  unsettledAt(target: string): Promise<number | undefined>;
  /** Must be written before such a change. */
  unsettle(target: string, at: number): Promise<void>;
}

export interface ConfirmationKey {
  readonly target: string;
  /** A canonical address or CIDR. */
  readonly id: string;
}

/** A target was seen to hold an id of ours. */
export interface Confirmation extends ConfirmationKey {
  /** The bans it was held for: one per jail. */
  readonly bans: readonly ConfirmedBan[];
  /** Epoch seconds after which the confirmation may be forgotten; `undefined`: never. */
  readonly keepUntil: number | undefined;
  /**
   * Epoch seconds of the first time the entry was seen missing though its bans hold; `undefined`:
   * it is present.
   */
  readonly missingSince: number | undefined;
}

export interface ConfirmedBan {
  readonly jail: string;
  readonly bannedAt: number;
  /** Epoch seconds: the latest time since which the target has held the id for this ban. */
  readonly since: number;
}
