import { withSubscribed } from '../backfill/backfill-ledger.ts';
import { leastPrefixes, reads } from '../compile/log-group-readers.ts';
import { subscriptionPattern } from '../literals/subscription-pattern.ts';
import { OWN_LOG_GROUPS } from '../names.ts';
import type { BackfillStore } from '../ports/backfill-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ListedLogGroup, LogSubscriptions } from '../ports/log-subscriptions.ts';
import type { SubscriptionReportStore } from '../ports/subscription-report-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { CompiledJail } from '../records/compiled-jail.ts';
import { seenLogGroups, type Unread } from './seen-log-groups.ts';

export interface SubscriberPorts {
  readonly subscriptions: LogSubscriptions;
  readonly reports: SubscriptionReportStore;
  readonly backfills: Pick<BackfillStore, 'ledger' | 'writeLedger'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Every log group that a jail reads by prefix should have one filter of this name. */
export interface SubscriberRules {
  readonly filterName: string;
  /** ARN of the matcher. */
  readonly destination: string;
  readonly jails: readonly CompiledJail[];
}

export interface Subscriber {
  /**
   * Gives every log group with a prefix of the jails the filter it should have, until a time (epoch
   * seconds).
   *
   * @returns the number of log groups not reached, which come first in the next run
   * @throws the first failure, after the other log groups were handled
   */
  converge(until: number): Promise<number>;
  /**
   * Takes the filter off the log groups whose names begin with `prefix`, which is one of {@link
   * leastPrefixes} of the jails or of former ones; not off those that jails read by another prefix.
   *
   * @returns the number of log groups not reached
   * @throws the first failure, after the other log groups were handled
   */
  withdraw(prefix: string, until: number): Promise<number>;
}

/** Log groups that may fail before a run assumes that the others would fail too. */
const MOST_FAILURES = 5;
const MOST_REPORTED = 100;
/** CloudWatch Logs quotas: subscription filters of a log group. */
const MOST_FILTERS = 2;

const FULL: Unread = { kind: 'full', reason: 'it has two subscription filters of others, and may have no more' };

/** Keeps the subscription filters of log groups right. It remembers the states it has seen. */
export function createSubscriber(rules: SubscriberRules, ports: SubscriberPorts): Subscriber {
  const { filterName, destination, jails } = rules;
  const { subscriptions, backfills, clock, telemetry } = ports;
  const prefixes = leastPrefixes(jails);
  const seen = seenLogGroups();

  async function listed(prefix: string): Promise<readonly ListedLogGroup[]> {
    const groups: ListedLogGroup[] = [];
    for await (const page of subscriptions.groups(prefix)) groups.push(...page);
    return groups.filter(({ name }) => !name.startsWith(OWN_LOG_GROUPS));
  }

  function patternOf(logGroup: string): string {
    return subscriptionPattern(jails.filter((jail) => reads(jail, logGroup)).map(({ match }) => match));
  }

  /** Orders the backfill of the log group's existing events. */
  async function catchUp(logGroup: string): Promise<void> {
    for (;;) {
      const next = withSubscribed(await backfills.ledger(), logGroup, jails, clock.now());
      if (next === 'full') telemetry.emit({ kind: 'catch-up-left', logGroup });
      if (next === 'full' || next === 'ordered') return;
      if ((await backfills.writeLedger(next)) === 'written') return;
    }
  }

  /** Returns the outcome and whether anything changed; `undefined`: to be checked again. */
  async function settle({ name, logClass }: ListedLogGroup, pattern: string): Promise<Settled | undefined> {
    if (logClass !== 'STANDARD') return { changed: false, unread: ofClass(logClass) };
    const filters = await subscriptions.of(name);
    if ('reason' in filters) return { changed: false, unread: filters };
    const ours = filters.find((filter) => filter.filterName === filterName);
    if (ours?.pattern === pattern && ours.destination === destination) return { changed: false };
    if (!ours && filters.length >= MOST_FILTERS) return { changed: false, unread: FULL };
    // The backfill is ordered first, so that it is not lost if the run dies here: every run repeats
    // this step until the filter is right.
    await catchUp(name);
    const outcome = await subscriptions.put(name, { filterName, pattern, destination });
    if (outcome.kind === 'done') return { changed: true };
    if (outcome.kind === 'full') return { changed: false, unread: FULL };
    if (outcome.kind === 'refused') return { changed: false, unread: outcome };
    return undefined;
  }

  return {
    async converge(until) {
      const groups = (await Promise.all(prefixes.map(listed))).flat();
      const wanted = groups.map((group) => ({ ...group, pattern: patternOf(group.name) }));
      let changed = 0;
      const run = await eachInTime(seen.due(wanted, clock.now()), until, clock, async (group) => {
        const settled = await settle(group, group.pattern);
        if (!settled) return false;
        if (settled.changed) changed++;
        const news = seen.add(group, settled.unread, clock.now());
        if (news && settled.unread?.kind !== 'class') {
          telemetry.emit({ kind: 'log-group-unread', logGroup: group.name, reason: news.reason });
        }
        return true;
      });
      const unread = seen.unread();
      const failing = unread.filter(({ kind }) => kind !== 'class').length;
      const subscribed = seen.subscribed();
      telemetry.emit({ kind: 'subscriptions-converged', subscribed, changed, unread: failing, left: run.left });
      await ports.reports.write({
        at: Math.floor(clock.now()),
        subscribed,
        left: run.left,
        unreadCount: unread.length,
        unread: unread.slice(0, MOST_REPORTED).map(({ logGroup, reason }) => ({ logGroup, reason })),
      });
      if (run.failure) throw run.failure;
      return run.left;
    },
    async withdraw(prefix, until) {
      const others = prefixes.filter((other) => other !== prefix);
      const unread = (await listed(prefix)).filter(
        ({ name, logClass }) => logClass === 'STANDARD' && !others.some((other) => name.startsWith(other)),
      );
      const run = await eachInTime(unread, until, clock, async ({ name }) => {
        const outcome = await subscriptions.remove(name, filterName);
        if (outcome.kind === 'refused') throw new Error(`${name}: ${outcome.reason}`);
        return outcome.kind !== 'busy';
      });
      if (run.failure) throw run.failure;
      return run.left;
    },
  };
}

interface Settled {
  readonly changed: boolean;
  readonly unread?: Unread;
}

function ofClass(logClass: string): Unread {
  return { kind: 'class', reason: `its class is ${logClass}, and only STANDARD takes subscriptions` };
}

/**
 * Handles log groups one after the other, because CloudWatch Logs allows few calls a second.
 *
 * @param one returns whether it is done with
 */
async function eachInTime<T>(
  items: readonly T[],
  until: number,
  clock: Clock,
  one: (item: T) => Promise<boolean>,
): Promise<{ readonly left: number; readonly failure: Error | undefined }> {
  let done = 0;
  const failures: Error[] = [];
  for (const item of items) {
    if (clock.now() >= until || failures.length >= MOST_FAILURES) break;
    try {
      if (await one(item)) done++;
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { left: items.length - done, failure: failures[0] };
}
