import type { TargetReport } from '../records/target-report.ts';
import { BANNERS, RARELY_ENFORCED, WITH_BANS, WITH_RUNS } from './emitters.ts';
import type { EventFamily } from './event-family.ts';
import type { Latencies } from './latencies.ts';

export interface EnforcementEvents {
  readonly 'target-converged': {
    readonly target: string;
    readonly report: TargetReport;
    /** All bans that hold, wherever they are to be enforced; known when everything was compared. */
    readonly active?: number | undefined;
  };
  /** The target has been seen to hold new bans, or to hold ended ones no longer. */
  readonly 'changes-confirmed': {
    readonly target: string;
    /** From when a ban was put on record. */
    readonly enforced: Latencies;
    /** From when it ended, by its bantime or by hand; none is `late`. */
    readonly ended: Latencies;
  };
  readonly 'target-failed': { readonly target: string; readonly error: Error };
  /** The target has done its part, but what it holds could not be recorded. */
  readonly 'confirmation-failed': { readonly target: string; readonly error: Error };
  /**
   * An entry was taken out of a target by hand, and its ban is lifted for that. `ban-lifted` is
   * emitted for the same.
   */
  readonly 'unbanned-in-target': { readonly target: string; readonly id: string; readonly jail: string };
  /** Entries of bans that hold were gone from a target, and stand there again. */
  readonly 'entries-put-back': { readonly target: string; readonly ids: readonly string[] };
}

/**
 * Seconds. What takes longer is logged with the target's name, which the metrics leave out: each
 * would be a paid one.
 */
const SLOW = 60;

const COUNT = { unit: 'Count', statistic: 'Sum' } as const;
const MOST = { unit: 'Count', statistic: 'Maximum' } as const;
const LONGEST = { unit: 'Seconds', statistic: 'Maximum' } as const;

/** A metric stands for all targets of a banner together, unless the target is a dimension of it. */
export const ENFORCEMENT = {
  'target-converged': {
    from: BANNERS,
    closes: true,
    logs: [
      { level: 'info', lines: ({ target, report }) => changes(target, report) },
      {
        level: 'error',
        message: 'target full',
        lines: ({ target, report: { overflow, capacity } }) =>
          overflow.length > 0 ? [{ target, overflow: overflow.length, capacity }] : [],
      },
      {
        level: 'warn',
        message: 'target warning',
        lines: ({ target, report: { warnings = [] } }) => warnings.map((warning) => ({ target, warning })),
      },
    ],
    metrics: {
      TargetOverflow: {
        ...MOST,
        written: WITH_RUNS,
        means: 'Bans for which a target has no room',
        value: ({ report }) => report.overflow.length,
      },
      TargetWarnings: {
        ...MOST,
        written: RARELY_ENFORCED,
        means: 'Ways in which a target is set up so that bans have no effect',
        omitsZero: true,
        value: ({ report }) => report.warnings?.length,
      },
      ActiveBans: {
        ...MOST,
        written: WITH_RUNS,
        means: 'Bans that hold, wherever they are to be enforced',
        value: ({ active }) => active,
      },
      TargetUtilization: {
        unit: 'Percent',
        statistic: 'Maximum',
        written: WITH_RUNS,
        means: 'How full a target is, entries of others included; not of a target without a limit',
        value: ({ report: { held, capacity } }) =>
          Number.isFinite(capacity) && capacity !== 0 ? (100 * held) / capacity : undefined,
        by: ['target'],
        series: ({ target }) => [{ target }],
      },
    },
  },
  'changes-confirmed': {
    from: BANNERS,
    closes: true,
    logs: [
      {
        level: 'warn',
        message: 'slow to enforce',
        lines: ({ target, enforced, ended }) => {
          const slowest = { enforced: enforced.seconds.at(-1) ?? 0, ended: ended.seconds.at(-1) ?? 0 };
          return Math.max(slowest.enforced, slowest.ended) > SLOW ? [{ target, slowest }] : [];
        },
      },
    ],
    metrics: {
      EnforcementLatency: {
        ...LONGEST,
        written: WITH_BANS,
        means: 'From when a ban was put on record until a target was seen to hold it',
        value: ({ enforced }) => enforced.seconds,
      },
      UnbanLatency: {
        ...LONGEST,
        written: WITH_BANS,
        means: 'From the end of a ban until a target was seen to hold it no longer',
        value: ({ ended }) => ended.seconds,
      },
    },
  },
  'target-failed': {
    from: BANNERS,
    closes: true,
    logs: [{ level: 'error', lines: ({ target, error }) => [{ target, error }] }],
    metrics: {
      TargetFailures: {
        ...COUNT,
        written: RARELY_ENFORCED,
        means: 'Times that a target could not be brought up to date',
        value: () => 1,
      },
    },
  },
  'confirmation-failed': {
    from: BANNERS,
    closes: true,
    logs: [{ level: 'error', lines: ({ target, error }) => [{ target, error }] }],
    metrics: {
      ConfirmationFailures: {
        ...COUNT,
        written: RARELY_ENFORCED,
        means: 'Times that what a target holds could not be recorded',
        value: () => 1,
      },
    },
  },
  'unbanned-in-target': {
    from: BANNERS,
    logs: [{ level: 'info', lines: ({ target, id, jail }) => [{ target, id, jail }] }],
    metrics: {
      UnbansInTargets: {
        ...COUNT,
        written: RARELY_ENFORCED,
        means: 'Bans lifted because their entry was taken out of a target by hand',
        value: () => 1,
      },
    },
  },
  'entries-put-back': {
    from: BANNERS,
    closes: true,
    logs: [{ level: 'warn', lines: ({ target, ids }) => [{ target, entries: ids.length }] }],
    metrics: {
      EntriesPutBack: {
        ...COUNT,
        written: RARELY_ENFORCED,
        means: 'Entries of bans that were gone from a target, and stand there again',
        value: ({ ids }) => ids.length,
      },
    },
  },
} as const satisfies EventFamily<EnforcementEvents>;

function changes(target: string, { added, removed, held, capacity }: TargetReport) {
  if (added.length + removed.length === 0) return [];
  return [{ target, added: added.length, removed: removed.length, held, capacity }];
}
