import { EC2Client } from '@aws-sdk/client-ec2';
import { banned, lifted } from '../../core/bans/transitions.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../core/enforce/enforce.ts';
import { eitherPorts } from '../../core/net/ports.ts';
import type { ActiveBan, BanStore } from '../../core/ports/ban-store.ts';
import type { BanTarget, WantedBan } from '../../core/ports/ban-target.ts';
import type { Ec2 } from '../../local/emulators/ec2.ts';
import type { Fault } from '../../local/emulators/faults.ts';
import { memoryBanStore } from '../memory/memory-ban-store.ts';
import { type Interleaving, interleaving } from './interleaving.ts';
import { BANNABLE, type BannerRun, FAULTS, type Mishap, PORTS, type Task, type ToldChange } from './turmoil.ts';

/** A call of one of the two banners. */
export interface BannerCall {
  readonly banner: number;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A target under test and its console. */
export interface Contested {
  target(client: EC2Client): BanTarget;
  put(id: string, at: number): void;
  remove(at: number): void;
  wipe(): void;
  /** Called with each call just before it is made. */
  before(call: BannerCall): void;
}

/** How often the turmoil was what it is meant to be. */
export interface Seen {
  /** Invocations that were struck. */
  mishaps: number;
  /** Calls of one banner while the other was at work. */
  contested: number;
  /** Most calls that one invocation made. */
  mostCalls: number;
}

/** Bans, a target, and two banners that serve it, each one invocation after another. */
export interface Session {
  /** Everything at once. */
  wave(tasks: readonly Task[]): Promise<void>;
  /**
   * Everything at once, each change with a run of the banner that learns of it, which is repeated
   * when it fails, as Lambda does.
   */
  told(changes: readonly ToldChange[]): Promise<void>;
  /** One reconciliation with no one else about. @returns the number of its calls */
  reconcile(): Promise<number>;
  /**
   * The bans that hold, those of highest priority first; and the ids the bans table has a record
   * of.
   */
  desired(): Promise<{ readonly ranked: readonly WantedBan[]; readonly known: ReadonlySet<string> }>;
}

/**
 * Two banners' clients of one emulator, whose calls the session that was begun last puts in order.
 */
export function contestedClients(ec2: () => Ec2) {
  const hook: { around: Around | undefined } = { around: undefined };
  const clients: EC2Client[] = [];
  return {
    open(): void {
      for (const banner of [0, 1]) clients.push(clientOf(ec2().endpoint, banner, hook));
    },
    close(): void {
      for (const client of clients) client.destroy();
    },
    begin(seed: number, firewall: Contested, seen: Seen): Session {
      const order = interleaving(seed);
      const store = bansTable(order);
      const banners = clients.map((client) => new Banner(enforcement(store.disturbed, firewall.target(client)), seen));
      const bannerOf = (index: number): Banner => banners[index] ?? missing();

      async function around(call: BannerCall, send: () => Promise<unknown>): Promise<unknown> {
        // Now and then a call is long on its way, so that the other banner does all of its work
        // meanwhile.
        await idle(order.random(6) === 0 ? 25 : 0);
        return await order.turn(async () => {
          const fault = bannerOf(call.banner).fault();
          if (banners.every(({ busy }) => busy)) seen.contested += 1;
          const rule = fault && ec2().faults.inject({ fault });
          firewall.before(call);
          try {
            return await send();
          } finally {
            rule?.remove();
          }
        });
      }

      async function idle(turns: number): Promise<void> {
        for (let turn = 0; turn < turns; turn++) await order.turn(async () => undefined);
      }

      async function take(action: Exclude<Task, BannerRun>): Promise<void> {
        await order.turn(async () => {
          if (action.do === 'ban') await store.ban(action.id, action.jail, action.forGood);
          if (action.do === 'lift') await store.lift(action.id);
          if (action.do === 'put') firewall.put(action.id, action.at);
          if (action.do === 'remove') firewall.remove(action.at);
          if (action.do === 'wipe') firewall.wipe();
        });
      }

      return {
        async wave(tasks) {
          hook.around = around;
          await order.run(
            tasks.map((each) => async () => {
              if ('banner' in each) await bannerOf(each.banner).invoke(each);
              else await take(each);
            }),
          );
        },
        async told(changes) {
          hook.around = around;
          store.lags = false;
          await order.run(
            changes.map(({ change, banner }) => async () => {
              await idle(order.random(60));
              await take(change);
              const run = { do: 'enforce', banner, ids: 'id' in change ? [change.id] : [], mishap: undefined } as const;
              while ((await bannerOf(banner).invoke(run)) === 'failed');
            }),
          );
        },
        async reconcile() {
          hook.around = undefined;
          ec2().calls.clear();
          await reconcile(enforcement(store.table, firewall.target(clients[0] ?? missing())));
          return ec2().calls.find().length;
        },
        desired: store.desired,
      };
    },
  };
}

/** A banner's container: one invocation at a time, and the mishap of the one that runs. */
class Banner {
  readonly #ports: EnforcementPorts;
  readonly #seen: Seen;
  #last: Promise<unknown> = Promise.resolve();
  #calls = 0;
  #mishap: Mishap | undefined;
  busy = false;

  constructor(ports: EnforcementPorts, seen: Seen) {
    this.#ports = ports;
    this.#seen = seen;
  }

  async invoke(run: BannerRun): Promise<'done' | 'failed'> {
    const turn = this.#last.then(() => this.#work(run));
    this.#last = turn;
    return await turn;
  }

  /** What befalls the call that is about to be made. */
  fault(): Fault | undefined {
    this.#calls += 1;
    if (this.#mishap === undefined || this.#calls !== this.#mishap.at) return undefined;
    this.#seen.mishaps += 1;
    return FAULTS[this.#mishap.kind];
  }

  async #work(run: BannerRun): Promise<'done' | 'failed'> {
    [this.#calls, this.#mishap, this.busy] = [0, run.mishap, true];
    try {
      await (run.do === 'enforce' ? enforceChanged(run.ids, this.#ports) : reconcile(this.#ports));
      return 'done';
    } catch {
      return 'failed';
    } finally {
      this.busy = false;
      this.#seen.mostCalls = Math.max(this.#seen.mostCalls, this.#calls);
    }
  }
}

function missing(): never {
  throw new Error('there are two banners, once they are open');
}

type Around = (call: BannerCall, send: () => Promise<unknown>) => Promise<unknown>;

function clientOf(endpoint: string, banner: number, hook: { readonly around: unknown }): EC2Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EC2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      type Handled = ReturnType<typeof next>;
      const around = hook.around as ((call: BannerCall, send: () => Handled) => Handled) | undefined;
      return around
        ? await around({ banner, operation, input: { ...args.input } }, () => next(args))
        : await next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

function enforcement(bans: BanStore, target: BanTarget): EnforcementPorts {
  return {
    bans,
    targets: [target],
    telemetry: { emit: () => undefined },
    exempt: () => () => undefined,
    reaches: () => true,
    portsOf: (jail) => PORTS.get(jail) ?? 'all',
  };
}

/**
 * The bans table, reads of which take their turn, and whose index of active bans may show what was
 * true before the last change.
 */
function bansTable(order: Interleaving) {
  const table = memoryBanStore();
  let before: readonly ActiveBan[] = [];
  let now = 1000;
  const active = async (): Promise<readonly ActiveBan[]> => {
    const pages: ActiveBan[] = [];
    for await (const page of table.active()) pages.push(...page);
    return pages;
  };
  const state = { lags: true };
  const disturbed: BanStore = {
    ...table,
    ofId: (each) => order.turn(() => table.ofId(each)),
    async *active() {
      yield await order.turn(async () => (state.lags && order.random(4) === 0 ? before : await active()));
    },
  };
  return {
    table,
    disturbed,
    set lags(lags: boolean) {
      state.lags = lags;
    },
    async ban(banId: string, jail: string, forGood: boolean): Promise<void> {
      before = await active();
      now += 1;
      const record = await table.read({ id: banId, jail });
      const request = {
        bannedAt: now,
        bantime: forGood ? -1 : 100_000,
        attempts: 5,
        origin: 'jail',
        evidence: [],
        earlier: record?.banCount ?? 0,
        keptFor: 0,
      } as const;
      const transition = banned({ id: banId, jail }, record, request, now);
      if (transition.kind !== 'unchanged') await table.write(transition.ban);
    },
    async lift(liftId: string): Promise<void> {
      before = await active();
      for (const record of await table.ofId(liftId))
        if (record.state === 'active') await table.write(lifted(record, now));
    },
    async desired(): ReturnType<Session['desired']> {
      const records = await Promise.all(BANNABLE.map(async (each) => ({ id: each, all: await table.ofId(each) })));
      const holding = records.flatMap(({ id: each, all }) => {
        const holds = all.filter(({ state }) => state === 'active');
        const ranks = holds.map((ban) => [Number(ban.expiresAt === undefined), ban.banCount, ban.bannedAt]);
        const rank = ranks.sort(compare).at(-1);
        const ports = holds.map(({ jail }) => PORTS.get(jail) ?? 'all');
        return rank ? [{ id: each, rank, ports: ports.reduce(eitherPorts) }] : [];
      });
      return {
        ranked: holding.sort((a, b) => compare(b.rank, a.rank)).map(({ id: each, ports }) => ({ id: each, ports })),
        known: new Set(records.filter(({ all }) => all.length > 0).map(({ id: each }) => each)),
      };
    },
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((value, i) => value !== b[i]);
  return first < 0 ? 0 : (a[first] ?? 0) - (b[first] ?? 0);
}
