import type { AtOnce } from '../../core/at-once.ts';

/**
 * How commands call a table: enough at once to hide latency, and none after the first failure,
 * which would most often be everyone's.
 */
export const TABLE_CALLS: AtOnce = { atOnce: 16, mostFailures: 1 };
