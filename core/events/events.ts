import { BACKFILLING, type BackfillingEvents } from './backfilling.ts';
import { BANNING, type BanningEvents } from './banning.ts';
import { ENFORCEMENT, type EnforcementEvents } from './enforcement.ts';
import { EXPIRY, type ExpiryEvents } from './expiry.ts';
import { LOOKOUT, type LookoutEvents } from './lookout.ts';
import { MATCHING, type MatchingEvents } from './matching.ts';
import { SUBSCRIBING, type SubscribingEvents } from './subscribing.ts';

/** What is known of an event, by its kind. */
export type EventPayloads = MatchingEvents &
  BanningEvents &
  EnforcementEvents &
  ExpiryEvents &
  BackfillingEvents &
  SubscribingEvents &
  LookoutEvents;

/**
 * What the running system reports: for each kind of event its log lines and its metrics. Functions,
 * alarms, dashboard, estimate of costs and docs/metrics.md read this table and nothing else.
 */
export const EVENTS = {
  ...MATCHING,
  ...BANNING,
  ...ENFORCEMENT,
  ...EXPIRY,
  ...BACKFILLING,
  ...SUBSCRIBING,
  ...LOOKOUT,
} as const;
