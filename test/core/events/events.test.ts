import { describe, expect, it } from 'vitest';
import type { EventEntry } from '../../../core/events/event-family.ts';
import { EVENTS } from '../../../core/events/events.ts';
import { METRICS, type Metric } from '../../../core/events/metrics.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { ownMetric } from '../../../infra/watch/own-metrics.ts';

const ENTRIES = Object.entries<EventEntry<never>>(EVENTS);
const WITH_METRICS = ENTRIES.filter(([, { metrics }]) => metrics !== undefined);

describe('the table of events', () => {
  it('lists a metric under one kind of event', () => {
    const listed = ENTRIES.flatMap(([, { metrics = {} }]) => Object.keys(metrics));
    expect(new Set(listed).size).toBe(listed.length);
    expect(Object.keys(METRICS)).toEqual(listed);
    expect(listed.length).toBeGreaterThan(40);
  });

  it('has one metric of a name and its dimensions', () => {
    const series = Object.values<Metric>(METRICS).map(({ name, by = [] }) => [name, ...by].join(' '));
    expect(new Set(series).size).toBe(series.length);
  });

  it.each(WITH_METRICS)(
    'has each metric of %s written by the functions that emit it',
    (_kind, { from, metrics = {} }) => {
      for (const { written } of Object.values(metrics)) expect(Object.keys(written).sort()).toEqual([...from].sort());
    },
  );

  it.each(WITH_METRICS)('describes the metrics of %s in a phrase', (_kind, { metrics = {} }) => {
    for (const { means } of Object.values(metrics)) expect(means).toMatch(/^[A-Z][^|]+[^.|]$/);
  });

  it('does not compile with a name or a kind that it has not', () => {
    const emit = (event: TelemetryEvent): string => event.kind;
    // @ts-expect-error: attempts-late
    expect(emit({ kind: 'attempts-lat', jail: 'sshd', id: '192.0.2.1', attempts: 1 })).toBe('attempts-lat');
    // @ts-expect-error: a payload of another kind
    expect(emit({ kind: 'target-failed', jail: 'sshd' })).toBe('target-failed');
    // @ts-expect-error: BansHeldBack
    expect(METRICS.BansHeldback).toBeUndefined();
    // @ts-expect-error: the matcher writes it
    expect(ownMetric(METRICS.BreakersTripped, 'lookout').dimensions).toEqual({ service: 'lookout' });
    // @ts-expect-error: it has the target as a dimension besides
    expect(ownMetric(METRICS.TargetUtilization, 'banner').metricName).toBe(METRICS.TargetUtilization.name);
  });
});
