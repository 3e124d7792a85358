import type { MatchCounts } from '../records/match-counts.ts';
import { COUNTERS, RARELY_COUNTED, WITH_ATTEMPTS, WITH_DELIVERIES } from './emitters.ts';
import type { EventFamily } from './event-family.ts';
import type { Latencies } from './latencies.ts';

export interface MatchingEvents {
  /** One batch of log events has been matched and counted. */
  readonly 'batch-matched': {
    readonly logGroup: string;
    readonly lines: number;
    readonly failures: number;
    /** Lines that brought no failure though they matched, or were too long, or given up. */
    readonly left: MatchCounts;
    /** From the events' own times until all was counted; of those that were looked at closely. */
    readonly took: Latencies;
  };
  /**
   * Attempts of one id in one jail were counted. `attempts` were new to this batch, not necessarily
   * to the store.
   */
  readonly 'attempts-counted': Attempts;
  readonly 'attempts-ignored': Attempts & { readonly reason: string };
  /**
   * Attempts by an id well after these targets confirmed that they keep it out: a firewall leaks.
   */
  readonly 'attempts-while-banned': Attempts & { readonly targets: readonly string[] };
  /**
   * Attempts up to the end of a ban that show no leak: made before it was enforced, or delivered
   * late. They do not count.
   */
  readonly 'attempts-late': Attempts;
  /**
   * Attempts by one id could not be counted, however often their delivery was repeated and
   * redriven, and never will be.
   */
  readonly 'attempts-given-up': Attempts & { readonly reason: string };
  /**
   * Log events of cloudjail's own functions were handed to the matcher, which left them alone.
   * Emitted once a container: a log line about it makes more of them.
   */
  readonly 'own-logs-delivered': { readonly logGroup: string };
}

interface Attempts {
  readonly jail: string;
  readonly id: string;
  readonly attempts: number;
}

const COUNT = { unit: 'Count', statistic: 'Sum' } as const;

/** Matched lines are never logged: they may hold names and passwords. */
export const MATCHING = {
  'batch-matched': {
    from: COUNTERS,
    closes: true,
    metrics: {
      Lines: {
        ...COUNT,
        written: WITH_DELIVERIES,
        means: 'Log events that were matched',
        value: ({ lines }) => lines,
      },
      Failures: {
        ...COUNT,
        written: WITH_DELIVERIES,
        means: 'Failures found in them, once for each jail that finds one',
        value: ({ failures }) => failures,
      },
      NamesNotResolved: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Failures of hosts known by name only: names are not resolved',
        omitsZero: true,
        value: ({ left }) => left.names,
      },
      AddressesRefused: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Failures of what looks like an address and is none',
        omitsZero: true,
        value: ({ left }) => left.notAddresses,
      },
      LinesTooLong: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Lines of more than 262,144 characters, which are not matched',
        omitsZero: true,
        value: ({ left }) => left.tooLong,
      },
      LinesGivenUp: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Lines given up because a regex ran out of stack or time on them',
        omitsZero: true,
        value: ({ left }) => left.givenUp,
      },
      LinesOutOfTime: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Lines left unmatched, since other lines took the time of their delivery',
        omitsZero: true,
        value: ({ left }) => left.outOfTime,
      },
      MatchLatency: {
        unit: 'Seconds',
        statistic: 'p90',
        written: WITH_DELIVERIES,
        means: 'From the time of a log event until its attempts were counted; not of late events',
        value: ({ took }) => took.seconds,
      },
      EventsLate: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Log events that came more than a quarter of an hour after their own time',
        omitsZero: true,
        value: ({ took }) => took.late,
      },
    },
  },
  'attempts-counted': {
    from: COUNTERS,
    metrics: {
      Attempts: { ...COUNT, written: WITH_ATTEMPTS, means: 'Attempts that were counted', value: attemptsOf },
    },
  },
  'attempts-ignored': {
    from: COUNTERS,
    metrics: {
      AttemptsIgnored: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Attempts by addresses that are never banned',
        value: attemptsOf,
      },
    },
  },
  'attempts-while-banned': {
    from: ['matcher'],
    logs: [{ level: 'warn', lines: ({ jail, id, attempts, targets }) => [{ jail, id, attempts, targets }] }],
    // Once per jail and target, where an operator must look for the leak; and over all of them, for
    // an alarm.
    metrics: {
      AttemptsWhileBanned: {
        ...COUNT,
        written: { matcher: 'rare' },
        means: 'Attempts by an address well after a target confirmed that it keeps it out',
        value: attemptsOf,
      },
      AttemptsWhileBannedByTarget: {
        name: 'AttemptsWhileBanned',
        ...COUNT,
        written: { matcher: 'rare' },
        means: 'The same, for each jail and target',
        value: attemptsOf,
        by: ['jail', 'target'],
        series: ({ jail, targets }) => targets.map((target) => ({ jail, target })),
      },
    },
  },
  'attempts-late': {
    from: COUNTERS,
    metrics: {
      AttemptsLate: {
        ...COUNT,
        written: WITH_ATTEMPTS,
        means: 'Attempts up to the end of a ban that show no leak, and do not count',
        value: attemptsOf,
      },
    },
  },
  'attempts-given-up': {
    from: COUNTERS,
    logs: [{ level: 'error', lines: ({ jail, id, attempts, reason }) => [{ jail, id, attempts, reason }] }],
    metrics: {
      AttemptsGivenUp: {
        ...COUNT,
        written: RARELY_COUNTED,
        means: 'Attempts that could not be counted, however often their delivery was repeated, and never will be',
        value: attemptsOf,
      },
    },
  },
  'own-logs-delivered': {
    from: ['matcher'],
    closes: true,
    logs: [{ level: 'error', lines: ({ logGroup }) => [{ logGroup }] }],
    metrics: {
      OwnLogsDelivered: {
        ...COUNT,
        written: { matcher: 'rare' },
        means: "Containers of the matcher that were handed logs of cloudjail's own functions",
        value: () => 1,
      },
    },
  },
} as const satisfies EventFamily<MatchingEvents>;

function attemptsOf({ attempts }: Attempts): number {
  return attempts;
}
