import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { emittedMetrics } from './emitted-metrics.ts';
import { resourcesOf, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

interface AlarmProperties {
  readonly AlarmName?: string;
  readonly AlarmDescription: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly { readonly Expression: string }[];
  readonly Statistic?: string;
  readonly Period?: number;
  readonly TreatMissingData: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
}

/**
 * What AWS's services count, by the page of each: SQS (sqs-available-cloudwatch-metrics), Lambda (monitoring-metrics-types), CloudWatch Logs
 * (CloudWatch-Logs-Monitoring-CloudWatch-Metrics).
 */
const OF_AWS = new Set([
  'AWS/SQS ApproximateNumberOfMessagesVisible [QueueName]',
  'AWS/Lambda Errors [FunctionName]',
  'AWS/Lambda Throttles [FunctionName]',
  'AWS/Lambda Duration [FunctionName]',
  'AWS/Lambda AsyncEventAge [FunctionName]',
  'AWS/Lambda IteratorAge [FunctionName]',
]);

const EVERYTHING = STACK_FIXTURES['everything'] ?? {};
const RUNBOOK = readFileSync(fileURLToPath(new URL('../../docs/runbook.md', import.meta.url)), 'utf8');
const ARTICLES = [...RUNBOOK.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name ?? '');

function alarmsOf(options: Parameters<typeof testStack>[0] = {}): readonly AlarmProperties[] {
  const { template } = testStack({ settings: EVERYTHING, ...options });
  return Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as unknown as AlarmProperties,
  );
}

/** The one alarm of a name, without the stack's. */
function named(name: string, alarms: readonly AlarmProperties[] = alarmsOf()): AlarmProperties {
  const found = alarms.find(({ AlarmName }) => AlarmName === `cloudjail-${name}`);
  if (!found) throw new Error(`no alarm ${name} among ${alarms.map(({ AlarmName }) => AlarmName).join(', ')}`);
  return found;
}

/** Namespace, name and dimensions, with the value of the one dimension that our own have. */
function series({ Namespace, MetricName, Dimensions = [] }: AlarmProperties): string {
  const dimensions = Dimensions.map(({ Name, Value }) => (Name === 'service' ? `service=${Value}` : Name));
  return `${Namespace} ${MetricName} [${dimensions.join()}]`;
}

function allEmitted(): ReadonlySet<string> {
  return new Set((['matcher', 'banner', 'ec2-banner', 'expirer', 'lookout'] as const).flatMap(emittedMetrics));
}

let alarms: readonly AlarmProperties[];

beforeAll(() => {
  alarms = alarmsOf();
});

describe('alarms', () => {
  it('watch metrics that are written', () => {
    const emitted = allEmitted();
    const watched = alarms.filter(({ Metrics }) => Metrics === undefined).map(series);
    expect(watched.filter((one) => !emitted.has(one) && !OF_AWS.has(one))).toEqual([]);
    expect(watched.filter((one) => emitted.has(one)).length).toBeGreaterThan(15);
  });

  it('query metrics that are written', () => {
    const emitted = allEmitted();
    const queries = alarms.flatMap(({ Metrics = [] }) => Metrics.map(({ Expression }) => Expression));
    const ours = queries.filter((query) => !query.includes('AWS/Logs'));
    expect(ours).toHaveLength(2);
    for (const query of ours) {
      const [, name, namespace, service] =
        /^SELECT MAX\((\w+)\) FROM "(\w+)" WHERE service = '([\w-]+)'$/.exec(query) ?? [];
      expect(emitted).toContain(`${namespace} ${name} [service=${service},target]`);
    }
    const ofLogs = queries.filter((query) => !ours.includes(query));
    expect(ofLogs.length).toBeGreaterThan(0);
    for (const query of ofLogs) {
      expect(query).toMatch(
        /^SELECT SUM\(Delivery(?:Errors|Throttling)\) FROM "AWS\/Logs" WHERE LogGroupName = '[\w./#-]+'$/,
      );
    }
  });

  it('say how bad it is and lead to an article', () => {
    const linked = alarms.map(({ AlarmDescription }) => {
      const [, article] =
        /^\[(?:critical|high|warning)\] .+\. docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      return article ?? `no link: ${AlarmDescription}`;
    });
    expect(linked.filter((article) => !ARTICLES.includes(article))).toEqual([]);
    expect(ARTICLES.filter((article) => !linked.includes(article))).toEqual([]);
  });

  it('each have an article of the same three parts', () => {
    for (const text of RUNBOOK.split(/^## /m).slice(1)) {
      expect(text).toMatch(/\*\*What it means\.\*\*[\s\S]+\*\*How to look\.\*\*[\s\S]+\*\*What to do\.\*\*/);
    }
  });

  it('have different names that CloudWatch takes', () => {
    const names = alarms.map(({ AlarmName }) => AlarmName ?? '');
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^cloudjail-[\w./#-]{1,245}$/);
  });

  it('go off when the expirer or a banner falls silent, and for nothing else that is missing', () => {
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(silent.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'cloudjail-banner-silent-banner',
      'cloudjail-banner-silent-ec2-banner',
      'cloudjail-expirer-silent',
    ]);
    for (const alarm of silent) {
      expect(alarm).toMatchObject({ Statistic: 'SampleCount', ComparisonOperator: 'LessThanThreshold', Threshold: 1 });
      expect((alarm.Period ?? 0) * alarm.EvaluationPeriods).toBe(300);
    }
  });

  it('go off when a ban is three minutes past its end', () => {
    for (const name of ['bans-overdue', 'bans-overdue-left']) {
      expect(named(name, alarms)).toMatchObject({
        ...{ Statistic: 'Maximum', ComparisonOperator: 'GreaterThanThreshold', Threshold: 180, EvaluationPeriods: 1 },
      });
    }
  });

  it('watch every dead-letter queue and every function', () => {
    const { template } = testStack({ settings: EVERYTHING });
    const count = (article: string) => alarms.filter((one) => one.AlarmDescription.endsWith(`#${article}`)).length;
    expect(count('dead-letters')).toBe(Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).length);
    expect(count('function-errors')).toBe(Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).length);
    expect(count('dead-letters')).toBe(3);
  });

  it('are about the banners there are', () => {
    const waf = alarmsOf({ settings: {} });
    expect(JSON.stringify(waf)).not.toContain('ec2-banner');
    named('target-full-banner', waf);
  });

  it('watch each log group once, whoever reads it', () => {
    const jails = [
      testJail({ name: 'one', loggroups: ['/a', '/b'] }),
      testJail({ name: 'two', loggroups: ['/b'] }),
      testJail({ name: 'three', loggroups: [`/${'c'.repeat(511)}`] }),
    ];
    const watched = alarmsOf({ settings: {}, jails }).filter((one) => one.AlarmDescription.includes('#delivery-'));
    expect(watched.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'cloudjail-delivery-errors-/a',
      'cloudjail-delivery-errors-/b',
      'cloudjail-delivery-throttled-/a',
      'cloudjail-delivery-throttled-/b',
      undefined,
      undefined,
    ]);
  });

  it('tell the topic in the settings, and nobody without one', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const telling = alarmsOf({ settings: { ...EVERYTHING, alarmTopicArn: topic } });
    expect(telling.length).toBe(alarms.length);
    for (const { AlarmActions, OKActions } of telling) {
      expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
    }
    for (const { AlarmActions, OKActions } of alarms) expect([AlarmActions, OKActions]).toEqual([undefined, undefined]);
  });
});

describe('the dashboard', () => {
  it('is one, called after stack and Region', () => {
    const { template } = testStack();
    const [dashboard, ...more] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
    expect(more).toEqual([]);
    expect(dashboard?.Properties['DashboardName']).toEqual({
      'Fn::Join': ['', ['cloudjail-', { Ref: 'AWS::Region' }]],
    });
  });

  it('shows metrics that are written, in three rows, and every alarm', () => {
    const { template } = testStack({ settings: EVERYTHING });
    const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
    const body = bodyOf(dashboard?.Properties['DashboardBody']);
    const metrics = body.widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const [search, ...searches] = metrics.filter((metric) => metric.length === 1);
    expect(searches).toEqual([]);
    expect(search).toMatchObject([{ expression: expect.stringContaining('{cloudjail,service,target}') }]);
    expect(search).toMatchObject([{ expression: expect.stringContaining('MetricName="TargetUtilization"') }]);
    expect(allEmitted()).toContain('cloudjail TargetUtilization [service=banner,target]');
    const shown = metrics.filter((metric) => metric.length > 1).map(shownSeries);
    const emitted = allEmitted();
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter((one) => !emitted.has(one) && !OF_AWS.has(one))).toEqual([]);
    expect(body.widgets.filter(({ type }) => type === 'text')).toHaveLength(3);
    expect(body.widgets.flatMap(({ properties }) => properties.alarms ?? [])).toHaveLength(alarms.length);
    for (const { x, width } of body.widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});

interface DashboardBody {
  readonly widgets: readonly {
    readonly type: string;
    readonly x: number;
    readonly width: number;
    readonly properties: { readonly metrics?: readonly (readonly unknown[])[]; readonly alarms?: readonly string[] };
  }[];
}

/** The body with a word in place of each reference. */
function bodyOf(value: unknown): DashboardBody {
  if (typeof value === 'string') return JSON.parse(value);
  const { 'Fn::Join': join } = value as { 'Fn::Join': [string, readonly unknown[]] };
  return JSON.parse(join[1].map((part) => (typeof part === 'string' ? part : 'reference')).join(join[0]));
}

function shownSeries([namespace, name, dimension, value]: readonly unknown[]): string {
  return `${namespace} ${name} [${dimension === 'service' ? `service=${value}` : dimension}]`;
}
