import type { ActiveBan, BanStore } from '../../core/ports/ban-store.ts';
import type { Ban, BanKey } from '../../core/records/ban.ts';
import { BanEnds } from './ban-ends.ts';

/** Records kept before it is looked whether some can be forgotten. */
const FEWEST_TO_FORGET = 10_000;

/**
 * The bans of a replay, in memory that follows how many there are at a time, not how many there
 * have been.
 */
export class ReplayBans implements BanStore {
  readonly #records = new Map<string, Map<string, Ban>>();
  readonly #ends = new BanEnds();
  #active = 0;
  #forgetAt = FEWEST_TO_FORGET;

  /** Bans that have not ended yet. */
  get activeCount(): number {
    return this.#active;
  }

  find(key: BanKey): Ban | undefined {
    return this.#records.get(key.id)?.get(key.jail);
  }

  async read(key: BanKey): Promise<Ban | undefined> {
    return this.find(key);
  }

  async write(ban: Ban): Promise<'written' | 'conflict'> {
    if ((this.find(ban)?.version ?? 0) !== ban.version - 1) return 'conflict';
    const jails = this.#records.get(ban.id) ?? new Map<string, Ban>();
    this.#records.set(ban.id, jails.set(ban.jail, ban));
    this.#ends.add(ban);
    this.#active += 1;
    return 'written';
  }

  async ofId(id: string): Promise<readonly Ban[]> {
    return [...(this.#records.get(id)?.values() ?? [])];
  }

  /** The next ban that has ended when it is `now`, earliest first, each once. */
  takeEnded(now: number): Ban | undefined {
    const ban = this.#ends.takeDue(now);
    if (ban) this.#active -= 1;
    return ban;
  }

  /** Drops the records that can't matter any more, when there are many. */
  forget(isOver: (ban: Ban) => boolean): void {
    if (this.#records.size < this.#forgetAt) return;
    for (const [id, jails] of this.#records) {
      for (const [jail, ban] of jails) if (isOver(ban)) jails.delete(jail);
      if (jails.size === 0) this.#records.delete(id);
    }
    this.#forgetAt = Math.max(FEWEST_TO_FORGET, 2 * this.#records.size);
  }

  async *due(): AsyncGenerator<readonly BanKey[]> {
    yield [];
  }

  async *active(): AsyncGenerator<readonly ActiveBan[]> {
    yield [...this.#records.values()].flatMap((jails) => [...jails.values()]);
  }
}
