import type { ExpiryRun } from '../records/expiry-run.ts';
import type { EventFamily } from './event-family.ts';

export interface ExpiryEvents {
  readonly 'expiry-run': ExpiryRun;
}

const LONGEST = { unit: 'Seconds', statistic: 'Maximum', omitsZero: true } as const;

export const EXPIRY = {
  'expiry-run': {
    from: ['expirer'],
    closes: true,
    logs: [
      {
        level: 'error',
        message: 'overdue bans left',
        lines: ({ left, oldestLeft }) => (left > 0 ? [{ left, oldestLeft }] : []),
      },
    ],
    metrics: {
      OverdueBansLifted: {
        unit: 'Count',
        statistic: 'Sum',
        written: { expirer: 'busy' },
        means: 'Bans lifted because they were due',
        omitsZero: true,
        value: ({ lifted }) => lifted,
      },
      OverdueBansLeft: {
        unit: 'Count',
        statistic: 'Maximum',
        written: { expirer: 'always' },
        means: 'Due bans that a run did not come to, or failed to lift',
        value: ({ left }) => left,
      },
      OldestOverdueBan: {
        ...LONGEST,
        written: { expirer: 'busy' },
        means: 'How late the most overdue of the bans was that a run lifted',
        value: ({ oldestOverdue }) => oldestOverdue,
      },
      OldestOverdueBanLeft: {
        ...LONGEST,
        written: { expirer: 'rare' },
        means: 'How late the most overdue of the bans is that a run left',
        value: ({ oldestLeft }) => oldestLeft,
      },
    },
  },
} as const satisfies EventFamily<ExpiryEvents>;
