import fc from 'fast-check';
import type { Ports } from '../../core/net/ports.ts';
import type { Fault } from '../../local/emulators/faults.ts';

/** Whom jails ban. */
export const BANNABLE: readonly string[] = [
  ...['9.0.0.1', '9.0.0.2', '9.0.0.3', '9.0.0.4', '9.0.1.0/24'],
  ...['2600:0:0:1::/64', '2600:0:0:2::/64'],
];
/** Whom they never do, so that an entry for one of them is foreign. */
export const FOREIGN: readonly string[] = ['8.8.8.8', '8.8.0.0/16', '2620:fe::/48'];

const tcp = (port: number) => ({ protocol: 'tcp', from: port, to: port }) as const;
export const PORTS: ReadonlyMap<string, Ports> = new Map<string, Ports>([
  ['ssh', [tcp(22)]],
  ['web', [tcp(80), tcp(443)]],
  ['all', 'all'],
]);

/**
 * What becomes of the call that ends an invocation: refused, lost on the way, or done without an
 * answer.
 */
export const FAULTS: Readonly<Record<string, Fault>> = {
  throttled: { kind: 'throttle' },
  'killed before': { kind: 'crash-before-write' },
  'killed after': { kind: 'crash-after-write' },
  'error though done': { kind: 'internal-error', written: true },
};

export interface Mishap {
  /** The invocation's call, from 1. */
  readonly at: number;
  readonly kind: string;
}

export interface BannerRun {
  readonly do: 'enforce' | 'reconcile';
  readonly banner: number;
  readonly ids: readonly string[];
  readonly mishap: Mishap | undefined;
}

export type Task =
  | BannerRun
  | { readonly do: 'ban'; readonly id: string; readonly jail: string; readonly forGood: boolean }
  | { readonly do: 'lift'; readonly id: string }
  /** By hand, at a place that `at` chooses. */
  | { readonly do: 'put'; readonly id: string; readonly at: number }
  | { readonly do: 'remove'; readonly at: number }
  | { readonly do: 'wipe' };

const id = fc.constantFrom(...BANNABLE);
const at = fc.nat(11);
const mishap = fc.record({ at: fc.integer({ min: 1, max: 9 }), kind: fc.constantFrom(...Object.keys(FAULTS)) });
const ban = (whom: fc.Arbitrary<string>) =>
  fc.record({
    do: fc.constant('ban' as const),
    id: whom,
    jail: fc.constantFrom(...PORTS.keys()),
    forGood: fc.boolean(),
  });
const lift = (whom: fc.Arbitrary<string>) => fc.record({ do: fc.constant('lift' as const), id: whom });
/** Few, so that one banner learns of a ban and the other of its end. */
const changing = fc.constantFrom(...BANNABLE.slice(0, 2));
const task: fc.Arbitrary<Task> = fc.oneof(
  { weight: 14, arbitrary: ban(id) },
  { weight: 5, arbitrary: lift(id) },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constantFrom('enforce' as const, 'enforce' as const, 'reconcile' as const),
      banner: fc.nat(1),
      ids: fc.array(id, { minLength: 1, maxLength: 3 }),
      mishap: fc.option(mishap, { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      id: fc.constantFrom(...FOREIGN, ...FOREIGN, ...BANNABLE),
      at,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe' as const) }) },
);

/** A change of the bans table, and the banner that learns of it. */
export interface ToldChange {
  readonly change: Exclude<Task, BannerRun>;
  readonly banner: number;
}

/**
 * What happens to a target and its bans, at once in each wave, and the seed of the order in which
 * the calls arrive.
 */
export const turmoil = fc.record({
  seed: fc.nat(),
  waves: fc.array(fc.array(task, { minLength: 4, maxLength: 10, size: 'max' }), {
    minLength: 2,
    maxLength: 4,
    size: 'max',
  }),
  /** The phase in which no one edits any more. */
  changes: fc.array(fc.record({ change: fc.oneof(ban(changing), lift(changing)), banner: fc.nat(1) }), {
    minLength: 2,
    maxLength: 6,
    size: 'max',
  }),
});
