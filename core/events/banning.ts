import type { Ban } from '../records/ban.ts';
import { BANNERS, COUNTERS, RARELY_COUNTED, RARELY_ENFORCED, WITH_ATTEMPTS } from './emitters.ts';
import type { EventFamily, LogEntry } from './event-family.ts';
import { LONGEST_LATENCY } from './latencies.ts';

export interface BanningEvents {
  readonly 'ban-made': OfBan;
  readonly 'ban-prolonged': OfBan;
  /** A ban that was over before it could be made. */
  readonly 'ban-missed': OfBan;
  readonly 'ban-lifted': OfBan;
  /**
   * The jail made more bans in a minute than its maxbans, and makes no more until its breaker is
   * reset.
   */
  readonly 'breaker-tripped': { readonly jail: string; readonly bans: number };
  /**
   * A ban the attempts call for was not made: `breaker`, because the jail's breaker has tripped, or
   * what else keeps the jail from it.
   */
  readonly 'ban-held-back': { readonly jail: string; readonly id: string; readonly reason: string };
}

interface OfBan {
  readonly ban: Ban;
}

const COUNT = { unit: 'Count', statistic: 'Sum' } as const;
const ONE = { ...COUNT, value: () => 1 } as const;

/** Never the evidence of a ban: lines of a log may hold names and passwords. */
const LOGGED: LogEntry<OfBan> = {
  level: 'info',
  lines: ({ ban: { id, jail, bannedAt, expiresAt, banCount, origin } }) => [
    { id, jail, bannedAt, expiresAt, banCount, origin },
  ],
};

export const BANNING = {
  'ban-made': {
    from: COUNTERS,
    logs: [LOGGED],
    metrics: {
      Bans: { ...ONE, written: WITH_ATTEMPTS, means: 'Bans made' },
      BanLatency: {
        unit: 'Seconds',
        statistic: 'Maximum',
        written: WITH_ATTEMPTS,
        means: 'From the attempt that filled the window until its ban was on record; not of late events',
        value: ({ ban }) => banLatency(ban),
      },
    },
  },
  'ban-prolonged': {
    from: COUNTERS,
    logs: [LOGGED],
    metrics: {
      BansProlonged: { ...ONE, written: RARELY_COUNTED, means: 'Bans that end later than they would have' },
    },
  },
  'ban-missed': {
    from: COUNTERS,
    logs: [LOGGED],
    metrics: {
      BansMissed: { ...ONE, written: RARELY_COUNTED, means: 'Bans that were over before they could be made' },
    },
  },
  'ban-lifted': {
    from: [...COUNTERS, 'expirer', ...BANNERS],
    logs: [LOGGED],
    metrics: {
      Unbans: {
        ...ONE,
        written: { ...RARELY_COUNTED, expirer: 'busy', ...RARELY_ENFORCED },
        means: 'Bans lifted; those that commands lift are not among them',
      },
    },
  },
  'breaker-tripped': {
    from: ['matcher'],
    logs: [{ level: 'error', lines: ({ jail, bans }) => [{ jail, bans }] }],
    metrics: {
      BreakersTripped: {
        ...ONE,
        written: { matcher: 'rare' },
        means: 'Jails that made more bans in a minute than their maxbans, and have stopped',
      },
    },
  },
  'ban-held-back': {
    from: COUNTERS,
    logs: [{ level: 'warn', lines: ({ jail, id, reason }) => [{ jail, id, reason }] }],
    metrics: {
      BansHeldBack: {
        ...ONE,
        written: RARELY_COUNTED,
        means: 'Bans that attempts call for and the jail does not make',
      },
    },
  },
} as const satisfies EventFamily<BanningEvents>;

/** None for what an operator did, and for what came late. */
function banLatency({ origin, bannedAt, madeAt }: Ban): number | undefined {
  if (origin !== 'jail' || madeAt === undefined || madeAt - bannedAt > LONGEST_LATENCY) return undefined;
  return Math.max(0, madeAt - bannedAt);
}
