import type { BanStore } from '../ports/ban-store.ts';
import type { Ban, BanKey } from '../records/ban.ts';

/** Past as many the memory starts anew, which costs reads, not correctness. */
const MOST_KNOWN = 50_000;

/**
 * Which bans a warm container has seen to be active: a hint that spares writes, never the truth. A
 * flood from a banned id costs a read a batch then, not a write.
 */
export class KnownBans {
  readonly #keys = new Set<string>();

  /** The record as it is now where the ban was active when last seen; it may have been lifted. */
  async read(key: BanKey, bans: Pick<BanStore, 'read'>): Promise<Ban | undefined> {
    if (!this.#keys.has(keyText(key))) return undefined;
    const record = await bans.read(key);
    this.keep(key, record);
    return record;
  }

  keep(key: BanKey, record: Ban | undefined): void {
    if (record?.state !== 'active') {
      this.#keys.delete(keyText(key));
      return;
    }
    if (this.#keys.size >= MOST_KNOWN) this.#keys.clear();
    this.#keys.add(keyText(key));
  }
}

function keyText(key: BanKey): string {
  return `${key.id} ${key.jail}`;
}
