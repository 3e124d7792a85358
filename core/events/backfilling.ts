import type { EventFamily } from './event-family.ts';

export interface BackfillingEvents {
  /**
   * Part of a log group could not be read back or matched; `givenUp`: nor will it be, having been
   * tried for a day.
   */
  readonly 'backfill-failed': { readonly logGroup: string; readonly error: Error; readonly givenUp: boolean };
  /** A log group has been read back to the end, or will not be. */
  readonly 'backfill-ended': {
    readonly logGroup: string;
    readonly how: 'done' | 'failed';
    readonly events: number;
    readonly failures: number;
    readonly bans: number;
  };
  /** A run of the backfiller that found something to read back is over. */
  readonly 'backfill-run': {
    /** Log groups still to be read back, those of which only the present is missing included. */
    readonly open: number;
    /**
     * Seconds since the one that waits longest came any further, though it has events to read; 0:
     * none waits.
     */
    readonly lag: number;
  };
}

const COUNT = { unit: 'Count', statistic: 'Sum', omitsZero: true } as const;
const RARELY = { backfiller: 'rare' } as const;

export const BACKFILLING = {
  'backfill-failed': {
    from: ['backfiller'],
    logs: [
      { level: 'error', lines: ({ logGroup, error, givenUp }) => (givenUp ? [{ logGroup, error }] : []) },
      { level: 'warn', lines: ({ logGroup, error, givenUp }) => (givenUp ? [] : [{ logGroup, error }]) },
    ],
    metrics: {
      BackfillsGivenUp: {
        ...COUNT,
        written: RARELY,
        means: 'Parts of log groups that could not be read back for a day, and will not be',
        value: ({ givenUp }) => (givenUp ? 1 : 0),
      },
      BackfillFailures: {
        ...COUNT,
        written: RARELY,
        means: 'Parts of log groups that could not be read back yet',
        value: ({ givenUp }) => (givenUp ? 0 : 1),
      },
    },
  },
  'backfill-ended': {
    from: ['backfiller'],
    logs: [
      {
        level: 'info',
        lines: ({ logGroup, how, events, failures, bans }) => [{ logGroup, how, events, failures, bans }],
      },
    ],
  },
  'backfill-run': {
    from: ['backfiller'],
    closes: true,
    metrics: {
      BackfillsOpen: {
        unit: 'Count',
        statistic: 'Maximum',
        omitsZero: true,
        written: RARELY,
        means: 'Log groups still to be read back',
        value: ({ open }) => open,
      },
      BackfillLag: {
        unit: 'Seconds',
        statistic: 'Maximum',
        omitsZero: true,
        written: RARELY,
        means: 'How long the log group that waits longest has come no further, though it has events',
        value: ({ lag }) => lag,
      },
    },
  },
} as const satisfies EventFamily<BackfillingEvents>;
