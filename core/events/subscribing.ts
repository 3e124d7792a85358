import type { EventFamily } from './event-family.ts';

export interface SubscribingEvents {
  /** A log group that a jail reads by its prefix can't be subscribed to. */
  readonly 'log-group-unread': { readonly logGroup: string; readonly reason: string };
  /**
   * What a log group had before it was subscribed to won't be read back, since there is too much to
   * read back already.
   */
  readonly 'catch-up-left': { readonly logGroup: string };
  /** The log groups that jails read by prefix were looked through. */
  readonly 'subscriptions-converged': {
    /** Log groups the matcher is subscribed to. */
    readonly subscribed: number;
    /** Subscriptions made, changed or removed now. */
    readonly changed: number;
    /** Log groups that ought to be read and can't be. */
    readonly unread: number;
    /** Log groups there was no time for. */
    readonly left: number;
  };
}

const MOST = { unit: 'Count', statistic: 'Maximum' } as const;

export const SUBSCRIBING = {
  'log-group-unread': {
    from: ['subscriber'],
    logs: [{ level: 'error', lines: ({ logGroup, reason }) => [{ logGroup, reason }] }],
  },
  'catch-up-left': {
    from: ['subscriber'],
    logs: [{ level: 'warn', lines: ({ logGroup }) => [{ logGroup }] }],
  },
  'subscriptions-converged': {
    from: ['subscriber'],
    closes: true,
    logs: [
      {
        level: 'info',
        lines: ({ subscribed, changed, unread, left }) =>
          changed + unread + left > 0 ? [{ subscribed, changed, unread, left }] : [],
      },
    ],
    metrics: {
      LogGroupsSubscribed: {
        ...MOST,
        written: { subscriber: 'always' },
        means: 'Log groups that the matcher is subscribed to by prefix',
        value: ({ subscribed }) => subscribed,
      },
      LogGroupsUnread: {
        ...MOST,
        written: { subscriber: 'rare' },
        means: "Log groups that ought to be read and can't be",
        omitsZero: true,
        value: ({ unread }) => unread,
      },
      LogGroupsLeft: {
        ...MOST,
        written: { subscriber: 'rare' },
        means: 'Log groups that a run had no time for',
        omitsZero: true,
        value: ({ left }) => left,
      },
    },
  },
} as const satisfies EventFamily<SubscribingEvents>;
