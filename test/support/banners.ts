import { reconcile } from '../../core/enforce/enforce.ts';
import { overlaps, parseCidr } from '../../core/net/address.ts';
import type { ActiveBan, BanStore } from '../../core/ports/ban-store.ts';
import type { BanTarget } from '../../core/ports/ban-target.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { memoryBanStore } from '../memory/memory-ban-store.ts';
import { interleaving } from './interleaving.ts';

/** What befalls a run of the banner at its n-th call (from 1) to the target's services. */
export interface BannerMishap {
  readonly at: number;
  readonly kind: (typeof BANNER_MISHAPS)[number];
}

export const BANNER_MISHAPS = [
  /** The function dies: that call and all that would follow are never made. */
  'killed before',
  /** It dies when the call has taken effect. */
  'killed after',
  /** The call is throttled to the end of the client's patience. */
  'throttled',
  /** The call takes effect and its answer is lost. */
  'answer lost',
  /** Someone edits the firewall by hand right before the call. */
  'edited',
] as const;

/** Makes a call to a service, in its turn. */
export type Gate = <T>(call: () => Promise<T>) => Promise<T>;

/** What a console does. */
export type Edit = () => void | Promise<void>;

/** What happens at one time, all at once. */
export interface BannerWave {
  readonly banned: readonly string[];
  readonly unbanned: readonly string[];
  /** By hand, past the API. */
  readonly edits: readonly Edit[];
  /** Runs of the banner. */
  readonly banners: readonly (BannerMishap | undefined)[];
}

/** A client whose calls go through a gate. */
export function gated<C extends object>(client: C & { send(...args: never[]): unknown }, gate: Gate): C {
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>;
  return Object.assign(Object.create(client), { send: (...args: unknown[]) => gate(() => send(...args)) });
}

/**
 * Banners over one bans table, as many as run at once, whose calls to the target's services are
 * interleaved by a seed.
 *
 * @param targetThrough the target as one banner has it
 * @param edit by hand, in the middle of a banner's run
 * @param watch looks at the firewall after every call of a banner
 */
export function banners(
  seed: number,
  targetThrough: (gate: Gate) => BanTarget,
  edit: Edit,
  watch: (during: BannerWave) => void,
) {
  const order = interleaving(seed);
  const bans = memoryBanStore();
  const seen = { mishaps: 0, failures: 0, calls: 0, mostCalls: 0 };
  const reports: TargetReport[] = [];
  const lifted = new Set<string>();
  let now = 1_000_000;

  async function activeBans(): Promise<readonly ActiveBan[]> {
    const all: ActiveBan[] = [];
    for await (const page of bans.active()) all.push(...page);
    return all;
  }

  async function setBan(id: string, state: 'active' | 'lifted'): Promise<void> {
    const key = { id, jail: 'sshd' };
    const before = await bans.read(key);
    if (state === 'lifted') lifted.add(id);
    await bans.write({
      ...key,
      state,
      bannedAt: before?.state === 'active' ? before.bannedAt : now,
      expiresAt: undefined,
      liftedAt: state === 'lifted' ? now : undefined,
      bantime: -1,
      banCount: 1,
      attempts: 5,
      origin: 'manual',
      evidence: [],
      keptFor: 86_400,
      version: (before?.version ?? 0) + 1,
    });
  }

  /** The index over active bans lags now and then: it has not heard of this wave's changes. */
  function asRead(atStart: readonly ActiveBan[]): BanStore {
    if (order.random(2) === 0) return bans;
    return {
      ...bans,
      async *active() {
        yield atStart;
      },
    };
  }

  async function run(mishap: BannerMishap | undefined, wave: BannerWave, atStart: readonly ActiveBan[]): Promise<void> {
    let calls = 0;
    let dead = false;
    const gate: Gate = (call) =>
      order.turn(async () => {
        if (dead) throw new Error('killed');
        calls++;
        const struck = calls === mishap?.at ? mishap.kind : undefined;
        if (struck) seen.mishaps++;
        dead = struck === 'killed before' || struck === 'killed after';
        if (struck === 'edited') await edit();
        if (struck === 'killed before' || struck === 'throttled') throw new Error(struck);
        try {
          const answer = await call();
          if (struck === 'killed after' || struck === 'answer lost') throw new Error(struck);
          return answer;
        } finally {
          watch(wave);
        }
      });
    try {
      await reconcile({
        bans: asRead(atStart),
        targets: [targetThrough(gate)],
        telemetry: {
          emit: (event) => {
            if (event.kind === 'target-converged') reports.push(event.report);
          },
        },
        exempt: () => () => undefined,
        reaches: () => true,
        portsOf: () => 'all',
      });
    } catch (error) {
      seen.failures++;
      if (!mishap && wave.banners.length === 1) throw error;
    }
    seen.calls += calls;
    seen.mostCalls = Math.max(seen.mostCalls, calls);
  }

  async function play(wave: BannerWave): Promise<void> {
    now += 60;
    const atStart = await activeBans();
    await order.run([
      ...wave.banned.map((id) => () => order.turn(() => setBan(id, 'active'))),
      ...wave.unbanned.map((id) => () => order.turn(() => setBan(id, 'lifted'))),
      ...wave.edits.map((act) => () => order.turn(async () => await act())),
      ...wave.banners.map((mishap) => () => run(mishap, wave, atStart)),
    ]);
  }

  return {
    seen,
    /** The latest last. */
    reports,
    now: () => now,
    play,
    /**
     * Bans that hold from here to the end of the wave, once they are enforced: those that no one
     * lifts in it. One made in it counts when nothing it has in common with others was ever lifted,
     * so that no plan made before it may let it in.
     */
    async holding({ banned, unbanned }: Pick<BannerWave, 'banned' | 'unbanned'>): Promise<readonly string[]> {
      const apart = (id: string, others: Iterable<string>) => ![...others].some((other) => haveInCommon(id, other));
      const active = (await activeBans()).map(({ id }) => id).filter((id) => apart(id, unbanned));
      return [...active, ...banned.filter((id) => apart(id, [...lifted, ...unbanned]))];
    },
    /** One banner, undisturbed; the calls it made. */
    async settle(): Promise<number> {
      const before = seen.calls;
      await play({ banned: [], unbanned: [], edits: [], banners: [undefined] });
      return seen.calls - before;
    },
    async activeIds(): Promise<readonly string[]> {
      return (await activeBans()).map(({ id }) => id);
    },
  };
}

function haveInCommon(id: string, other: string): boolean {
  const [a, b] = [parseCidr(id), parseCidr(other)];
  return a !== undefined && b !== undefined && overlaps(a, b);
}
