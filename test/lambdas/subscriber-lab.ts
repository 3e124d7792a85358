import fc from 'fast-check';
import { afterAll, beforeAll } from 'vitest';
import { reads, readsByPrefix } from '../../core/compile/log-group-readers.ts';
import { subscriptionPattern } from '../../core/literals/subscription-pattern.ts';
import { OWN_LOG_GROUPS } from '../../core/names.ts';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { createSubscriber, type Subscriber } from '../../core/subscriptions/subscriptions.ts';
import type { Fault } from '../../local/emulators/faults.ts';
import { memoryBackfillStore } from '../memory/memory-backfill-store.ts';
import { memorySubscriptionReportStore } from '../memory/memory-subscription-report-store.ts';
import { type EmulatedSubscriptions, startEmulatedSubscriptions } from '../support/emulated-subscriptions.ts';
import { plainJail } from '../support/plain-jail.ts';

export const DESTINATION = 'arn:aws:lambda:us-east-1:123456789012:function:matcher';
export const OURS = 'cloudjail-subscriber';

export let emulated: EmulatedSubscriptions;

beforeAll(async () => {
  emulated = await startEmulatedSubscriptions();
});

afterAll(() => emulated.close());

export interface Filter {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
}

export interface Group {
  readonly name: string;
  readonly logClass: string;
  readonly filters: readonly Filter[];
}

export const names = [
  '/a',
  '/a/b',
  '/a/b/1',
  '/a/b/2',
  '/a/c',
  '/ab',
  '/b',
  '/b/a',
  `${OWN_LOG_GROUPS}x/matcher`,
  '/aws/x',
];
export const filters: readonly Filter[] = [
  { filterName: OURS, filterPattern: '"old"', destinationArn: DESTINATION },
  { filterName: OURS, filterPattern: '?"one" ?"two"', destinationArn: DESTINATION },
  { filterName: OURS, filterPattern: '"one"', destinationArn: 'arn:aws:lambda:us-east-1:123456789012:function:former' },
  { filterName: 'audit', filterPattern: '', destinationArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/audit' },
  { filterName: `${OURS}-2`, filterPattern: '"one"', destinationArn: DESTINATION },
];
const group = (name: string): fc.Arbitrary<Group> =>
  fc.record({
    name: fc.constant(name),
    logClass: fc.constantFrom('STANDARD', 'STANDARD', 'STANDARD', 'INFREQUENT_ACCESS'),
    filters: fc
      .subarray([0, 1, 2, 3, 4])
      .map((chosen) => chosen.flatMap((i) => filters[i] ?? []))
      .filter((list) => list.filter(({ filterName }) => filterName === OURS).length < 2 && list.length <= 2),
  });
export const groups = fc
  .subarray(names, { minLength: 1 })
  .chain((chosen) => fc.tuple(...chosen.map(group)))
  .map((list): readonly Group[] => list);

const terms = fc.constantFrom(['one'], ['two'], undefined);
export const jails = fc
  .array(
    fc.record({
      loggroups: fc.subarray(['/a', '/a/b/1', '/b'], { maxLength: 1 }),
      logGroupPrefixes: fc.subarray(['/a', '/a/b', '/a/b/', '/aws/', '/b/'], { maxLength: 2 }),
      terms,
    }),
    { minLength: 1, maxLength: 3, size: 'max' },
  )
  .map((list) => list.map((jail, i) => ({ ...jail, name: `jail${i}` })))
  .map((list) =>
    list.map(({ terms: patternTerms, ...jail }) =>
      plainJail({ ...jail, match: { ...plainJail({}).match, ...(patternTerms && { patternTerms }) } }),
    ),
  );

export const FAULTS: readonly Fault[] = [
  { kind: 'throttle' },
  { kind: 'conflict' },
  { kind: 'internal-error' },
  { kind: 'internal-error', written: true },
  { kind: 'crash-before-write' },
  { kind: 'crash-after-write' },
];

/** The account as it is now: nothing but these log groups. */
export function setUp(list: readonly Group[]): void {
  emulated.logs.faults.clear();
  for (const { name } of emulated.logs.groups.list('us-east-1')) emulated.logs.groups.remove(name);
  for (const { name, logClass, filters: held } of list) {
    emulated.logs.groups.create(name);
    emulated.logs.subscriptions.setClass(name, logClass);
    for (const filter of held) emulated.logs.subscriptions.put(name, filter);
  }
}

export function subscriberFor(list: readonly CompiledJail[]): {
  subscriber: Subscriber;
  backfills: BackfillStore;
  events: string[];
} {
  const events: string[] = [];
  const backfills = memoryBackfillStore();
  const subscriber = createSubscriber(
    { filterName: OURS, destination: DESTINATION, jails: list },
    {
      subscriptions: emulated.subscriptions,
      reports: memorySubscriptionReportStore(),
      backfills,
      clock: emulated.clock,
      telemetry: { emit: (event) => events.push(event.kind) },
    },
  );
  return { subscriber, backfills, events };
}

export const soon = (): number => emulated.clock.now() + 50;
export const heldBy = (name: string) => emulated.logs.subscriptions.of(name);
export const ofOthers = (list: readonly Filter[]) => list.filter(({ filterName }) => filterName !== OURS);

/** The filters a log group ought to end with. */
export function wanted({ name, logClass, filters: held }: Group, list: readonly CompiledJail[]): readonly Filter[] {
  const covered = list.some((jail) => readsByPrefix(jail, name));
  const own = name.startsWith(OWN_LOG_GROUPS);
  const full = ofOthers(held).length === 2;
  if (!covered || own || logClass !== 'STANDARD') return held;
  if (full) return held;
  const matches = list.filter((jail) => reads(jail, name)).map(({ match }) => match);
  const ours = { filterName: OURS, filterPattern: subscriptionPattern(matches), destinationArn: DESTINATION };
  return [...ofOthers(held), ours];
}

export const byName = (list: readonly Filter[]) => [...list].sort((a, b) => (a.filterName < b.filterName ? -1 : 1));
