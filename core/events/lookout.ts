import type { EventFamily } from './event-family.ts';

export interface LookoutEvents {
  /** The address book has been brought up to date: ranges of the account and names it holds. */
  readonly 'address-book-kept': { readonly own: number; readonly names: number };
  /** The account's own addresses could not be read; those read before still count. */
  readonly 'own-addresses-unread': { readonly error: Error };
  /** A name in `ignoreip` was looked up, without an answer or with no addresses in it. */
  readonly 'ignore-name-unresolved': {
    readonly name: string;
    readonly reason: string;
    /** Known from earlier answers, and still spared. */
    readonly addresses: number;
    /** It was never answered: jails with this name make no bans until it is. */
    readonly holdsBack: boolean;
  };
}

const ONE = { unit: 'Count', statistic: 'Sum', value: () => 1 } as const;

export const LOOKOUT = {
  'address-book-kept': {
    from: ['lookout'],
    closes: true,
    metrics: {
      OwnAddressRanges: {
        unit: 'Count',
        statistic: 'Maximum',
        written: { lookout: 'always' },
        means: "Ranges of the account's own addresses, which are never banned",
        value: ({ own }) => own,
      },
    },
  },
  'own-addresses-unread': {
    from: ['lookout'],
    logs: [{ level: 'error', lines: ({ error }) => [{ error }] }],
    metrics: {
      OwnAddressesUnread: {
        ...ONE,
        written: { lookout: 'rare' },
        means: "Times that the account's own addresses could not be read",
      },
    },
  },
  'ignore-name-unresolved': {
    from: ['lookout'],
    logs: [
      {
        level: 'error',
        lines: ({ name, reason, addresses, holdsBack }) => (holdsBack ? [{ name, reason, addresses, holdsBack }] : []),
      },
      {
        level: 'warn',
        lines: ({ name, reason, addresses, holdsBack }) => (holdsBack ? [] : [{ name, reason, addresses, holdsBack }]),
      },
    ],
    metrics: {
      IgnoreNamesUnresolved: {
        ...ONE,
        written: { lookout: 'rare' },
        means: 'Times that a name in ignoreip was looked up and had no address',
      },
    },
  },
} as const satisfies EventFamily<LookoutEvents>;
