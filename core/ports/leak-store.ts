import type { BanKey } from '../records/ban.ts';
import type { Leak } from '../records/leak.ts';

/** Stores the last attempt of an id that a target had already been blocking for a while. */
export interface LeakStore {
  /** Replaces the record of the same (id, jail). */
  note(leak: Leak): Promise<void>;
  /** The records of these keys, strongly consistent, in no particular order. */
  of(keys: readonly BanKey[]): Promise<readonly Leak[]>;
}
