import type { FunctionName } from '../names.ts';

/** The functions that keep firewalls. */
export const BANNERS = ['banner', 'ec2-banner'] as const satisfies readonly FunctionName[];

/** The functions that count attempts and make bans. */
export const COUNTERS = ['matcher', 'backfiller'] as const satisfies readonly FunctionName[];

/*
 * Reading back is done for a while after a deployment that brings a log group, and by command, so
 * all that the backfiller writes is rare.
 */

/** How often {@link COUNTERS} write what comes with every delivery of log events. */
export const WITH_DELIVERIES = { matcher: 'always', backfiller: 'rare' } as const;
/** What comes with attempts and bans. */
export const WITH_ATTEMPTS = { matcher: 'busy', backfiller: 'rare' } as const;
export const RARELY_COUNTED = { matcher: 'rare', backfiller: 'rare' } as const;

/** How often {@link BANNERS} write what every run reports. */
export const WITH_RUNS = { banner: 'always', 'ec2-banner': 'always' } as const;
/** What comes with bans. */
export const WITH_BANS = { banner: 'busy', 'ec2-banner': 'busy' } as const;
export const RARELY_ENFORCED = { banner: 'rare', 'ec2-banner': 'rare' } as const;
