import type { BanKey } from '../records/ban.ts';
import type { Leak } from '../records/leak.ts';

/**
 * Where it is kept when an id was last seen to try though a target had long been keeping it out.
 */
export interface LeakStore {
  /** Replaces what was noted of the same (id, jail). */
  note(leak: Leak): Promise<void>;
  /** What is noted of these, strongly consistent, in no particular order. */
  of(keys: readonly BanKey[]): Promise<readonly Leak[]>;
}
