import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS, type Metric } from '../../../core/events/metrics.ts';
import type { FunctionName } from '../../../core/names.ts';
import { backfillerAlarms, subscriberAlarms } from '../../../infra/watch/intake-alarms.ts';
import { readRunbook } from '../../../infra/watch/runbook.ts';
import { EMITTED_BY_AWS, everythingEmitted } from '../emitted-metrics.ts';
import { resourcesOf, STACK_FIXTURES, testJail, testStack } from '../test-stack.ts';

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

const EVERYTHING = STACK_FIXTURES['everything'] ?? {};
/** Log groups by name and by prefix, so that every function has work. */
const JAILS = [testJail({ logGroupPrefixes: ['/ecs/'] })];
const RUNBOOK = readFileSync(fileURLToPath(new URL('../../../docs/runbook.md', import.meta.url)), 'utf8');
const ARTICLES = [...readRunbook(RUNBOOK).keys()];
/** PutMetricAlarm, AlarmDescription. */
const LONGEST_DESCRIPTION = 1024;

function alarmsOf(options: Parameters<typeof testStack>[0] = {}): readonly AlarmProperties[] {
  const { template } = testStack({ settings: EVERYTHING, jails: JAILS, ...options });
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

let alarms: readonly AlarmProperties[];

beforeAll(() => {
  alarms = alarmsOf();
});

describe('alarms', () => {
  it('watch metrics that are written', () => {
    const emitted = everythingEmitted();
    const watched = alarms.filter(({ Metrics }) => Metrics === undefined).map(series);
    expect(watched.filter((one) => !emitted.has(one) && !EMITTED_BY_AWS.has(one))).toEqual([]);
    expect(watched.filter((one) => emitted.has(one)).length).toBeGreaterThan(15);
  });

  it.each([...subscriberAlarms(), ...backfillerAlarms()])(
    'watch metrics that are written, in stacks that have such a function: $article',
    ({ metric }) => {
      const { namespace, metricName, dimensions = [] } = metric.toMetricConfig().metricStat ?? {};
      const service = dimensions.map(({ name, value }) => `${name}=${value}`);
      expect(everythingEmitted()).toContain(`${namespace} ${metricName} [${service.join()}]`);
    },
  );

  it('query metrics that are written', () => {
    const emitted = everythingEmitted();
    const queries = alarms.flatMap(({ Metrics = [] }) => Metrics.map(({ Expression }) => Expression));
    const ours = queries.filter((query) => !query.includes('AWS/Logs'));
    expect(ours).toHaveLength(2);
    for (const query of ours) {
      const [, name, namespace, service] =
        /^SELECT MAX\((\w+)\) FROM "(\w+)" WHERE service = '([\w-]+)'$/.exec(query) ?? [];
      expect(emitted).toContain(`${namespace} ${name} [service=${service},target]`);
    }
    const ofLogs = queries.filter((query) => !ours.includes(query));
    expect(ofLogs).toEqual(
      ['cloudjail-matcher', 'cloudjail-matcher-by-prefix'].flatMap((filter) =>
        ['DeliveryErrors', 'DeliveryThrottling'].map(
          (metric) =>
            `SELECT SUM(${metric}) FROM SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName) ` +
            `WHERE FilterName = '${filter}' GROUP BY LogGroupName ORDER BY SUM() DESC`,
        ),
      ),
    );
  });

  it('report how bad it is and what has happened, then what to look at and to do from the article, and where it stands', () => {
    const linked = alarms.map(({ AlarmDescription }) => {
      const [, article] =
        /^\[(?:critical|high|warning)\] [^\n]+\.\n\nLook: [^\n]+[.?]\n\nDo: [^\n]+\.\n\nMore: docs\/runbook\.md#([a-z-]+)$/.exec(
          AlarmDescription,
        ) ?? [];
      return article ?? `no link: ${AlarmDescription}`;
    });
    expect(linked.filter((article) => !ARTICLES.includes(article))).toEqual([]);
    const ofSomeStacks = [...subscriberAlarms(), ...backfillerAlarms()].map(({ article }) => article);
    expect(ARTICLES.filter((article) => ![...linked, ...ofSomeStacks].includes(article))).toEqual([]);
  });

  it('fit into what CloudWatch keeps, whatever the address of the runbook', () => {
    const longest = `https://wiki.example.com/${'x'.repeat(220)}`;
    const withLink = alarmsOf({ settings: { ...EVERYTHING, runbookUrl: longest } });
    expect(withLink.length).toBe(alarms.length);
    for (const { AlarmDescription } of withLink) expect(AlarmDescription).toContain(`\n\nMore: ${longest}#`);
    for (const { AlarmDescription } of [...alarms, ...withLink]) {
      expect(AlarmDescription.length).toBeLessThanOrEqual(LONGEST_DESCRIPTION);
      expect(AlarmDescription).toMatch(/\n\nLook: \S+ .+\n\nDo: \S+ /);
    }
  });

  it('have different names that CloudWatch takes', () => {
    const names = alarms.map(({ AlarmName }) => AlarmName ?? '');
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^cloudjail-[\w./#-]{1,245}$/);
  });

  it('go off when what runs every minute falls silent, and for nothing else that is missing', () => {
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(silent.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'cloudjail-banner-silent-banner',
      'cloudjail-banner-silent-ec2-banner',
      'cloudjail-expirer-silent',
      'cloudjail-subscriber-silent',
    ]);
    for (const alarm of silent) {
      expect(alarm).toMatchObject({ Statistic: 'SampleCount', ComparisonOperator: 'LessThanThreshold', Threshold: 1 });
      // It would go off for ever, or whenever there is nothing to do.
      const [, name, service] = /^\S+ (\S+) \[service=(\S+)\]$/.exec(series(alarm)) ?? [];
      const listed = Object.values<Metric>(METRICS).find((metric) => metric.name === name);
      expect(listed?.written[service as FunctionName]).toBe('always');
      expect(listed?.omitsZero).toBeUndefined();
      const urgent = alarm.AlarmDescription.startsWith('[critical]');
      expect((alarm.Period ?? 0) * alarm.EvaluationPeriods).toBe(urgent ? 300 : 600);
    }
  });

  it('go off when a ban is three minutes past its end', () => {
    for (const name of ['bans-overdue', 'bans-overdue-left']) {
      expect(named(name, alarms)).toMatchObject({
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 180,
        EvaluationPeriods: 1,
      });
    }
  });

  it('watch every dead-letter queue and every function', () => {
    const { template } = testStack({ settings: EVERYTHING, jails: JAILS });
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

  it('are as many for a hundred log groups as for one', () => {
    const loggroups = Array.from({ length: 100 }, (_, i) => `/ecs/service-${i}`);
    const many = alarmsOf({ settings: {}, jails: [testJail({ loggroups })] });
    expect(many.length).toBe(alarmsOf({ settings: {}, jails: [testJail()] }).length);
    // By the name that all subscriptions have.
    const { template } = testStack({ jails: [testJail({ loggroups })] });
    const filters = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter'));
    expect(filters).toHaveLength(100);
    for (const { Properties } of filters) expect(Properties['FilterName']).toBe('cloudjail-matcher');
  });

  it('notify the topic in the settings, and none without one', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const telling = alarmsOf({ settings: { ...EVERYTHING, alarmTopicArn: topic } });
    expect(telling.length).toBe(alarms.length);
    for (const { AlarmActions, OKActions } of telling) {
      expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
    }
    for (const { AlarmActions, OKActions } of alarms) expect([AlarmActions, OKActions]).toEqual([undefined, undefined]);
  });

  it('notify another topic too of critical alarms', () => {
    const [topic, pager] = ['on-call', 'pager'].map((name) => `arn:aws:sns:eu-central-1:123456789012:${name}`);
    const telling = alarmsOf({ settings: { ...EVERYTHING, alarmTopicArn: topic, criticalTopicArn: pager } });
    const paging = telling.filter(({ AlarmDescription }) => AlarmDescription.startsWith('[critical]'));
    expect(paging.length).toBeGreaterThan(5);
    for (const alarm of telling) {
      const told = paging.includes(alarm) ? [topic, pager] : [topic];
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([told, told]);
    }
    const alone = alarmsOf({ settings: { ...EVERYTHING, criticalTopicArn: pager } });
    expect(alone.filter(({ AlarmActions }) => AlarmActions?.includes(pager ?? '')).length).toBe(paging.length);
  });
});
