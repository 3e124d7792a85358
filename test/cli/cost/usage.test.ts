import { describe, expect, it } from 'vitest';
import { estimate } from '../../../cli/cost/estimate.ts';
import { PER_MINUTE } from '../../../cli/cost/per-unit.ts';
import { PRICES } from '../../../cli/cost/prices.ts';
import { type StackShape, stackShape } from '../../../cli/cost/stack-shape.ts';
import { deliveriesPerDay, usageOf, type Workload } from '../../../cli/cost/usage.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { FUNCTIONS } from '../../infra/emitted-metrics.ts';

const SHAPE: StackShape = {
  alarms: 20,
  dashboards: 1,
  logGroups: 1,
  filtered: true,
  retentionDays: 90,
  webAcls: 0,
  wafRules: 1,
  blocklistObjects: 0,
  bantime: 600,
  maxretry: 5,
  functions: [
    { service: 'matcher', gigabytes: 1, scheduled: 0, onChanges: false, targets: 0 },
    { service: 'banner', gigabytes: 0.5, scheduled: 43_800, onChanges: true, targets: 1 },
    { service: 'expirer', gigabytes: 0.25, scheduled: 43_800, onChanges: false, targets: 0 },
  ],
};
const WORK: Workload = { linesPerDay: 1e6, attemptsPerDay: 1e4, bansPerDay: 2000, servers: 10, lineBytes: 120 };
const NOTHING: Workload = { linesPerDay: 0, attemptsPerDay: 0, bansPerDay: 0, servers: 0, lineBytes: 120 };

const price = (work: Workload, shape = SHAPE) => estimate(usageOf(work, shape), new Map());
const item = (name: string, work = WORK, shape = SHAPE) => usageOf(work, shape).find((one) => one.item === name);

describe('an estimate', () => {
  it('of a stack that does nothing is what is fixed', () => {
    const idle = price(NOTHING);
    expect(idle.usd).toBeCloseTo(idle.fixed, 10);
    expect(price(WORK).fixed).toBeCloseTo(idle.fixed, 10);
    expect(price(WORK).usd).toBeGreaterThan(idle.usd);
  });

  it('takes in every byte, and the 26 that CloudWatch adds to an event', () => {
    expect(item("the servers' logs, taken in")?.amount).toBeCloseTo((30.4 * 1e6 * 146) / 1e9, 10);
  });

  it('writes each attempt once', () => {
    const quiet = item('tables, writes', { ...WORK, attemptsPerDay: 0, bansPerDay: 0 })?.amount ?? 0;
    const busy = item('tables, writes', { ...WORK, bansPerDay: 0 })?.amount ?? 0;
    expect(busy - quiet).toBeCloseTo(30.4 * 0.01, 10);
  });

  it('counts no more deliveries than the agents make', () => {
    expect(deliveriesPerDay(WORK, SHAPE)).toBe(30_000);
    expect(deliveriesPerDay(WORK, { ...SHAPE, filtered: false })).toBe(172_800);
    expect(deliveriesPerDay({ ...WORK, linesPerDay: 10, attemptsPerDay: 10 }, { ...SHAPE, filtered: false })).toBe(10);
  });

  it('reads more when many are banned for long', () => {
    const short = item('tables, reads')?.amount ?? 0;
    const long = item('tables, reads', WORK, { ...SHAPE, bantime: 30 * 86_400 })?.amount ?? 0;
    expect(long).toBeGreaterThan(2 * short);
  });

  it('grows with all it is asked for, and never shrinks', () => {
    for (const key of Object.keys(WORK) as (keyof Workload)[]) {
      expect(price({ ...WORK, [key]: 2 * WORK[key] }).usd).toBeGreaterThanOrEqual(price(WORK).usd);
    }
  });

  it('gives a free allowance once, for all uses together', () => {
    const usage = [
      { item: 'a', price: 'log-ingestion', amount: 4, fixed: 0 },
      { item: 'b', price: 'log-ingestion', amount: 4, fixed: 4 },
    ] as const;
    const { items, free, usd, fixed } = estimate(usage, new Map([['log-ingestion', 2]]));
    expect(items.map((one) => one.free)).toEqual([8, 2]);
    expect({ free, usd, fixed }).toEqual({ free: 10, usd: 16, fixed: 8 });
  });
});

describe('prices', () => {
  it.each(Object.entries(PRICES))('%s has a page and a month', (_, { usd, page, seen }) => {
    expect(usd).toBeGreaterThan(0);
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/\S+\/pricing\//);
    expect(seen).toMatch(/^20\d\d-\d\d$/);
  });
});

describe('the shape of a stack', { timeout: 30_000 }, () => {
  it('is counted in its template', async () => {
    const template = await synthesize();
    const count = (type: string) => Object.values(template.resources).filter(({ Type }) => Type === type).length;
    const shape = stackShape(template);
    expect(shape).toMatchObject({
      alarms: count('AWS::CloudWatch::Alarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      logGroups: count('AWS::Logs::SubscriptionFilter'),
      filtered: true,
      retentionDays: 90,
      bantime: 600,
      maxretry: 5,
      blocklistObjects: 1,
    });
    expect(shape.alarms).toBeGreaterThan(20);
    expect(shape.wafRules).toBeGreaterThan(0);
    expect(shape.functions).toHaveLength(count('AWS::Lambda::Function'));
    // A function that is new needs its events in core/events and, when a schedule runs it, its
    // figures in cli/cost/per-unit.ts.
    for (const { service, scheduled } of shape.functions) {
      expect(FUNCTIONS).toContain(service);
      if (scheduled > 0) expect(Object.keys(PER_MINUTE)).toContain(service);
    }
    expect(shape.functions).toContainEqual({
      service: 'banner',
      gigabytes: 0.5,
      scheduled: 43_800,
      onChanges: true,
      targets: 2,
    });
    expect(shape.functions).toContainEqual(
      expect.objectContaining({ service: 'matcher', scheduled: 0, onChanges: false }),
    );
  });

  it('has the targets and the block list that are configured', async () => {
    const shape = stackShape(
      await synthesize({ settings: { waf: false, blocklist: {}, networkAcls: { ids: ['acl-0123456789abcdef0'] } } }),
    );
    expect(shape).toMatchObject({ wafRules: 0, blocklistObjects: 5 });
    expect(
      shape.functions.filter(({ targets }) => targets > 0).map(({ service, targets }) => [service, targets]),
    ).toEqual([
      ['banner', 1],
      ['ec2-banner', 1],
    ]);
    expect(usageOf(WORK, shape).map(({ price }) => price)).toEqual(expect.arrayContaining(['s3-reads', 's3-writes']));
  });
});
