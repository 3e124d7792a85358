import { readDelivery } from '../../aws/logs/cloudwatch-logs-event.ts';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { KnownBans } from '../../core/bans/known-bans.ts';
import type { LogBatch } from '../../core/intake/log-batch.ts';
import { matchingJail, sieveOf } from '../../core/intake/matching-jail.ts';
import { processBatch } from '../../core/intake/process-batch.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { Ban } from '../../core/records/ban.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { expirerHandler } from '../../lambdas/expirer/handler.ts';
import { memoryOverdueBans } from '../memory/memory-overdue-bans.ts';
import { interleaving } from './interleaving.ts';
import { type Caller, type Stores, storesThrough } from './stores.ts';
import { unwatched } from './unwatched.ts';

/** What befalls an invocation at its n-th call (from 1) to a store. */
export interface Mishap {
  readonly at: number;
  readonly kind: MishapKind;
}

export const MISHAPS = [
  /** The function dies: that call and all that would follow are never made. */
  'killed before',
  /** It dies when the call has taken effect. */
  'killed after',
  /**
   * The call is refused (throttled to the end of the client's patience); the container lives on.
   */
  'refused',
  /** The call takes effect and its answer is lost; the container lives on. */
  'answer lost',
  /**
   * The answer is lost and the client repeats the call: a conditional write then meets its own
   * doing.
   */
  'repeated',
] as const;
export type MishapKind = (typeof MISHAPS)[number];

/**
 * An invocation of the matcher, and what befalls it, and its first repetition by Lambda, and its
 * second.
 */
export interface Delivery {
  readonly batch: LogBatch;
  readonly mishaps: readonly Mishap[];
}

/** What happens at one time: every invocation of it runs at once with the others. */
export interface Wave {
  /** Epoch seconds. */
  readonly now: number;
  readonly deliveries?: readonly Delivery[];
  /** Runs of the expirer, each with its mishaps. */
  readonly expirers?: readonly (readonly Mishap[])[];
  /** Deliveries that are none. */
  readonly corrupt?: readonly unknown[];
  /** Invocations of any other function, each with its mishaps. */
  readonly runs?: readonly { readonly work: Work; readonly mishaps: readonly Mishap[] }[];
  /** What a person does, who does not die of it. */
  readonly others?: readonly ((stores: Stores, now: number) => Promise<void>)[];
}

/** @param call makes a call to something that is no store, so that mishaps can befall it too */
export type Work = (stores: Stores, call: Caller, clock: Clock) => Promise<void>;

interface Container {
  readonly known: KnownBans;
}

/** Lambda repeats an asynchronous invocation twice. */
const REPETITIONS = 2;

/**
 * Matchers and expirers over the same stores, as many as invocations run at once, each with a
 * container of its own, warm or cold. Their calls to the stores are interleaved by the seed.
 */
export function fleet(compiled: readonly CompiledJail[], stores: Stores, seed: number) {
  const order = interleaving(seed);
  const jails = compiled.map((jail) => matchingJail(jail));
  const sieve = sieveOf(jails);
  const told: TelemetryEvent[] = [];
  const history: Ban[] = [];
  const recorded: Stores = {
    ...stores,
    bans: {
      ...stores.bans,
      async write(ban) {
        const answer = await stores.bans.write(ban);
        if (answer === 'written') history.push(ban);
        return answer;
      },
    },
  };
  const idle: Container[] = [];
  const seen = { mishaps: 0, deadLetters: 0 };
  let now = 0;
  const clock: Clock = {
    now: () => now,
    // A sleep is longer than anything the others have to do.
    sleep: (ms) =>
      order.afterAll(async () => {
        now += ms / 1000;
      }),
  };
  const telemetry = { emit: (event: TelemetryEvent) => told.push(event) };

  /** The stores as one invocation reaches them. */
  function disturbed(mishap: Mishap | undefined) {
    const state = { calls: 0, struck: false, dead: false };
    const reach: Caller = (call, kind) =>
      order.turn(async () => {
        if (state.dead) throw new Error('killed');
        state.calls += 1;
        if (state.calls !== mishap?.at) return await call();
        state.struck = true;
        seen.mishaps += 1;
        state.dead = mishap.kind.startsWith('killed');
        if (mishap.kind === 'killed before' || mishap.kind === 'refused') throw new Error(mishap.kind);
        const answer = await call();
        if (mishap.kind !== 'repeated') throw new Error(mishap.kind);
        return kind === 'write' ? await call() : answer;
      });
    return { state, reach };
  }

  async function invoke(
    mishaps: readonly Mishap[],
    work: (stores: Stores, container: Container, reach: Caller) => Promise<void>,
  ) {
    for (let attempt = 0; ; attempt++) {
      const cold = order.random(4) === 0;
      const container = (cold ? undefined : idle.splice(order.random(idle.length), 1)[0]) ?? { known: new KnownBans() };
      const { state, reach } = disturbed(mishaps[attempt]);
      try {
        await work(storesThrough(recorded, reach), container, reach);
        idle.push(container);
        return;
      } catch (error) {
        if (!state.dead) idle.push(container);
        if (!state.struck || attempt === REPETITIONS) throw error;
      }
    }
  }

  /** What the matcher does with an event. */
  async function intake(event: unknown, reached: Stores, { known }: Container): Promise<void> {
    const delivery = readDelivery(event, sieve);
    if (delivery.kind === 'probe') return;
    await processBatch(delivery.batch, jails, { ...reached, known, telemetry, clock, watch: unwatched });
  }
  const match = ({ batch, mishaps }: Delivery) =>
    invoke(mishaps, (reached, container) => intake(subscriptionEvent(batch), reached, container));
  const expire = (mishaps: readonly Mishap[]) =>
    invoke(mishaps, ({ bans }) => expirerHandler({ bans, overdue: memoryOverdueBans(bans), telemetry, clock })({}));
  const corrupt = async (event: unknown) => {
    await intake(event, recorded, { known: new KnownBans() }).catch(() => {
      seen.deadLetters += 1;
    });
  };

  return {
    told,
    telemetry,
    /** Every record that was written, in the order of the writes. */
    history,
    seen,
    now: () => now,
    /** The clock never goes back. */
    async play(wave: Wave) {
      now = Math.max(now, wave.now);
      await order.run([
        ...(wave.deliveries ?? []).map((delivery) => () => match(delivery)),
        ...(wave.expirers ?? []).map((mishaps) => () => expire(mishaps)),
        ...(wave.runs ?? []).map(
          ({ work, mishaps }) =>
            () =>
              invoke(mishaps, (reached, _container, reach) => work(reached, reach, clock)),
        ),
        ...(wave.corrupt ?? []).map((event) => () => corrupt(event)),
        ...(wave.others ?? []).map((other) => () => other(storesThrough(recorded, order.turn), now)),
      ]);
    },
  };
}
