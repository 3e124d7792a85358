import type { BanKey } from './ban.ts';

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
