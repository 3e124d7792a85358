import type { BanKey } from './ban.ts';

export interface Leak extends BanKey {
  /** The ban during which the attempt was seen. */
  readonly bannedAt: number;
  /** Epoch seconds of the latest attempt. */
  readonly at: number;
  /** The targets that were blocking the id then. */
  readonly targets: readonly string[];
  /** Epoch seconds after which this may be forgotten; `undefined`: never. */
  readonly keepUntil: number | undefined;
}
