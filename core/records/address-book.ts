/**
 * The known addresses that may not be banned: the account's own, and those of the names in
 * `ignoreip`.
 */
export interface AddressBook {
  readonly own: OwnAddresses;
  /** Keyed by name, in the form of `hostName`. */
  readonly names: Readonly<Record<string, NameEntry>>;
  /** 1 for the first, one more with every change. */
  readonly version: number;
}

export interface OwnAddresses {
  /** Addresses and CIDRs. */
  readonly ranges: readonly string[];
  /** Epoch seconds at which they were read; `undefined`: never yet. */
  readonly readAt: number | undefined;
}

export interface NameEntry {
  /** Epoch seconds of the last answer; `undefined`: no answer yet. */
  readonly answeredAt: number | undefined;
  /** Each address with the epoch seconds of the last answer that had it. */
  readonly addresses: Readonly<Record<string, number>>;
}
