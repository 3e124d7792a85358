import { eitherPorts, type Ports } from '../net/ports.ts';
import type { ActiveBan } from '../ports/ban-store.ts';
import type { WantedBan } from '../ports/ban-target.ts';

/** What decides who keeps a place in a full target, and whose ban it is. */
type Rank = Pick<ActiveBan, 'id' | 'jail' | 'expiresAt' | 'banCount' | 'bannedAt' | 'madeAt'>;

/** The bans of one id, in all jails that want it in a target, as one. */
interface Wanted {
  readonly rank: Rank;
  readonly ports: Ports;
  readonly bans: readonly Rank[];
}

/** Collects what a target must hold: one entry an id, however many jails ban it. */
export class WantedBans {
  readonly #byId = new Map<string, Wanted>();

  add(ban: Rank, ports: Ports): void {
    const before = this.#byId.get(ban.id);
    const one: Wanted = { rank: ban, ports, bans: [ban] };
    this.#byId.set(ban.id, before ? joined(before, one) : one);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }

  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  /** The bans of an id, one a jail; none when it is not wanted. */
  bansOf(id: string): readonly Pick<ActiveBan, 'jail' | 'bannedAt' | 'madeAt' | 'expiresAt'>[] {
    return this.#byId.get(id)?.bans ?? [];
  }

  /** Highest priority first: permanent bans, then ids banned most often, then the latest. */
  ranked(): readonly WantedBan[] {
    return [...this.#byId.values()]
      .sort((a, b) => byPriority(a.rank, b.rank))
      .map(({ rank, ports }) => ({ id: rank.id, ports }));
  }
}

function joined(one: Wanted, other: Wanted): Wanted {
  const rank = byPriority(one.rank, other.rank) <= 0 ? one.rank : other.rank;
  return { rank, ports: eitherPorts(one.ports, other.ports), bans: [...one.bans, ...other.bans] };
}

/** The id last, so that every banner comes to the same order. */
function byPriority(a: Rank, b: Rank): number {
  const permanent = Number(b.expiresAt === undefined) - Number(a.expiresAt === undefined);
  return permanent || b.banCount - a.banCount || b.bannedAt - a.bannedAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}
