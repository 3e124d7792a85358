import type { EventEntry, MetricEntry } from './event-family.ts';
import { EVENTS } from './events.ts';

/** A metric as alarms, dashboard and estimate see it. */
export type Metric = Omit<MetricEntry<never>, 'value' | 'series' | 'name'> & { readonly name: string };

type Entries = (typeof EVENTS)[keyof typeof EVENTS];
type Listed = Merged<
  Entries extends infer Entry ? (Entry extends { readonly metrics: infer Own } ? Own : never) : never
>;
type Merged<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** All metrics by the names that {@link EVENTS} lists them by. */
export const METRICS = Object.fromEntries(
  Object.values<EventEntry<never>>(EVENTS).flatMap(({ metrics = {} }) =>
    Object.entries(metrics).map(([listed, metric]) => [listed, { ...metric, name: metric.name ?? listed }]),
  ),
) as unknown as { readonly [Name in keyof Listed]: Listed[Name] & { readonly name: string } };
