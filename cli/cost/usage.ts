import { metricsOf } from './own-metrics.ts';
import {
  COMPRESSED,
  INDEXED_BAN_BYTES,
  LINES_PER_ATTEMPT,
  LOG_BYTES_PER_INVOCATION,
  PER_ATTEMPT,
  PER_BAN,
  PER_BAN_AND_TARGET,
  PER_MINUTE,
  RECORD_BYTES,
  SECONDS,
  SECONDS_BETWEEN_DELIVERIES,
} from './per-unit.ts';
import type { PriceName } from './prices.ts';
import { MINUTES_A_MONTH, type StackShape } from './stack-shape.ts';

export interface Workload {
  readonly linesPerDay: number;
  readonly attemptsPerDay: number;
  readonly bansPerDay: number;
  readonly servers: number;
  /** Of a log line, on average. */
  readonly lineBytes: number;
}

/** So much of something a month. */
export interface Usage {
  readonly item: string;
  readonly price: PriceName;
  /** In the unit of the price. */
  readonly amount: number;
  /** The part that is there when nothing happens. */
  readonly fixed: number;
}

const DAYS = 30.4;
const SECONDS_A_DAY = 86_400;
const GB = 1e9;
const MILLION = 1e6;
/** A write unit is a kilobyte, a read unit four. */
const WRITE_UNIT = 1024;
const READ_UNIT = 4096;

/**
 * What a month of such days takes of each priced thing. Where the code leaves a choice, the dearer
 * is assumed.
 */
export function usageOf(work: Workload, shape: StackShape): readonly Usage[] {
  const deliveries = DAYS * deliveriesPerDay(work, shape);
  return [
    ...logs(work, shape, deliveries),
    ...functions(work, shape, deliveries),
    ...tables(work, shape),
    ...watching(work, shape),
    ...firewalls(work, shape),
  ];
}

/** Each is one run of the matcher. */
export function deliveriesPerDay({ linesPerDay, attemptsPerDay, servers }: Workload, shape: StackShape): number {
  const lines = shape.filtered ? Math.min(linesPerDay, LINES_PER_ATTEMPT * attemptsPerDay) : linesPerDay;
  const streams = servers * Math.max(1, shape.logGroups);
  return Math.min(lines, (streams * SECONDS_A_DAY) / SECONDS_BETWEEN_DELIVERIES);
}

function logs({ linesPerDay, lineBytes }: Workload, shape: StackShape, deliveries: number): readonly Usage[] {
  const daily = (linesPerDay * (lineBytes + 26)) / GB;
  const scheduled = shape.functions.reduce((sum, one) => sum + one.scheduled, 0);
  const own = (invocations: number): number => (invocations * LOG_BYTES_PER_INVOCATION) / GB;
  return [
    { item: "the servers' logs, taken in", price: 'log-ingestion', amount: DAYS * daily, fixed: 0 },
    {
      item: "the servers' logs, kept",
      price: 'log-storage',
      amount: daily * shape.retentionDays * COMPRESSED,
      fixed: 0,
    },
    {
      item: "the functions' own logs",
      price: 'log-ingestion',
      amount: own(scheduled + deliveries),
      fixed: own(scheduled),
    },
  ];
}

function functions(work: Workload, shape: StackShape, deliveries: number): readonly Usage[] {
  const changes = Math.min(2 * work.bansPerDay, SECONDS_A_DAY) * DAYS;
  let requests = 0;
  let fixedRequests = 0;
  let gbSeconds = 0;
  let fixedGbSeconds = 0;
  for (const { service, gigabytes, scheduled, onChanges } of shape.functions) {
    fixedRequests += scheduled;
    fixedGbSeconds += scheduled * gigabytes * SECONDS.perMinute;
    if (onChanges) {
      requests += changes;
      gbSeconds += changes * gigabytes * SECONDS.banner;
    }
    if (service !== 'matcher') continue;
    requests += deliveries;
    gbSeconds += gigabytes * (deliveries * SECONDS.matcher + DAYS * work.linesPerDay * SECONDS.matcherLine);
  }
  return [
    millions('functions, runs', 'lambda-requests', fixedRequests + requests, fixedRequests),
    millions('functions, time', 'lambda-gb-seconds', fixedGbSeconds + gbSeconds, fixedGbSeconds),
    millions('schedules', 'schedules', fixedRequests, fixedRequests),
  ];
}

function tables(work: Workload, shape: StackShape): readonly Usage[] {
  const { bansPerDay, attemptsPerDay, lineBytes } = work;
  const banners = shape.functions.filter(({ targets }) => targets > 0);
  const targets = banners.reduce((sum, one) => sum + one.targets, 0);
  const fixed = { writes: 0, reads: 0 };
  for (const { service } of shape.functions) {
    fixed.writes += MINUTES_A_MONTH * (PER_MINUTE[service]?.writes ?? 0);
    fixed.reads += MINUTES_A_MONTH * (PER_MINUTE[service]?.reads ?? 0);
  }
  // The evidence kept with a ban makes its record longer than the kilobyte of a write unit.
  const record = RECORD_BYTES + shape.maxretry * lineBytes;
  const longer = 2 * (Math.ceil(record / WRITE_UNIT) - 1);
  const attempts = Math.ceil((shape.maxretry * (lineBytes + 60)) / WRITE_UNIT);
  const bans = bansPerDay * DAYS;
  const writes =
    attemptsPerDay * DAYS * PER_ATTEMPT.writes * attempts +
    bans * (PER_BAN.writes + longer + targets * PER_BAN_AND_TARGET.writes);
  const active = (bansPerDay * shape.bantime) / SECONDS_A_DAY;
  const scans = (banners.length * MINUTES_A_MONTH * active * INDEXED_BAN_BYTES) / READ_UNIT / 2;
  const reads = bans * (PER_BAN.reads + targets * PER_BAN_AND_TARGET.reads) + scans;
  const stored = (30 * bansPerDay * record) / GB;
  return [
    millions('tables, writes', 'dynamodb-writes', fixed.writes + writes, fixed.writes),
    millions('tables, reads', 'dynamodb-reads', fixed.reads + reads, fixed.reads),
    { item: 'tables, records of bans', price: 'dynamodb-storage', amount: stored, fixed: 0 },
    { item: 'tables, backup of bans', price: 'dynamodb-backup', amount: stored, fixed: 0 },
  ];
}

function watching({ attemptsPerDay }: Workload, shape: StackShape): readonly Usage[] {
  const counts = shape.functions.map(({ service, targets }) => metricsOf(service, targets));
  const always = counts.reduce((sum, { always }) => sum + always, 0);
  const busy = attemptsPerDay > 0 ? counts.reduce((sum, { busy }) => sum + busy, 0) : 0;
  return [
    { item: 'metrics of its own', price: 'metric', amount: always + busy, fixed: always },
    { item: 'alarms', price: 'alarm', amount: shape.alarms, fixed: shape.alarms },
    { item: 'dashboard', price: 'dashboard', amount: shape.dashboards, fixed: shape.dashboards },
  ];
}

function firewalls({ bansPerDay, servers }: Workload, shape: StackShape): readonly Usage[] {
  const written = Math.min(2 * bansPerDay, SECONDS_A_DAY) * DAYS * shape.blocklistObjects;
  const acl: Usage = { item: 'web ACL', price: 'waf-web-acl', amount: shape.webAcls, fixed: shape.webAcls };
  return [
    ...(shape.wafRules > 0
      ? ([{ item: 'rules in your web ACL', price: 'waf-rule', amount: shape.wafRules, fixed: shape.wafRules }] as const)
      : []),
    ...(shape.webAcls > 0 ? [acl] : []),
    ...(shape.blocklistObjects > 0
      ? [
          millions('block list, fetched by servers', 's3-reads', servers * MINUTES_A_MONTH, 0),
          millions('block list, written', 's3-writes', written, 0),
        ]
      : []),
  ];
}

function millions(item: string, price: PriceName, amount: number, fixed: number): Usage {
  return { item, price, amount: amount / MILLION, fixed: fixed / MILLION };
}
