import { beforeAll, describe, expect, it } from 'vitest';
import { EMITTED_BY_AWS, everythingEmitted, loggedFields } from '../emitted-metrics.ts';
import { resourcesOf, STACK_FIXTURES, testJail, testStack } from '../test-stack.ts';

interface DashboardBody {
  readonly widgets: readonly Widget[];
}

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly width: number;
  readonly properties: {
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly markdown?: string;
    readonly query?: string;
  };
}

/**
 * CloudWatch's quotas
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html), and the
 * most alarms of one widget
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
 */
const MOST = { widgets: 500, metricsOfWidget: 500, metrics: 2500, alarmsOfWidget: 100 };

/** The longest settings there are. */
const SETTINGS = { ...STACK_FIXTURES['everything'], runbookUrl: `https://wiki.example.com/${'x'.repeat(200)}` };

let body: DashboardBody;
let alarms: number;

beforeAll(() => {
  const { template } = testStack({ settings: SETTINGS, jails: [testJail({ logGroupPrefixes: ['/ecs/'] })] });
  body = bodyOf(template);
  alarms = Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm')).length;
});

/** The body with a word in place of each reference. */
function bodyOf(template: Parameters<typeof resourcesOf>[0]): DashboardBody {
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const value = dashboard?.Properties['DashboardBody'];
  if (typeof value === 'string') return JSON.parse(value);
  const { 'Fn::Join': join } = value as { 'Fn::Join': [string, readonly unknown[]] };
  return JSON.parse(join[1].map((part) => (typeof part === 'string' ? part : 'reference')).join(join[0]));
}

function shownSeries([namespace, name, dimension, value]: readonly unknown[]): string {
  return `${namespace} ${name} [${dimension === 'service' ? `service=${value}` : dimension}]`;
}

const shown = () => body.widgets.flatMap(({ properties }) => properties.metrics ?? []);

describe('the dashboard', () => {
  it('is one, called after stack and Region', () => {
    const [dashboard, ...more] = Object.values(resourcesOf(testStack().template, 'AWS::CloudWatch::Dashboard'));
    expect(more).toEqual([]);
    expect(dashboard?.Properties['DashboardName']).toEqual({
      'Fn::Join': ['', ['cloudjail-', { Ref: 'AWS::Region' }]],
    });
  });

  it('shows metrics that are written', () => {
    const [search, ...searches] = shown().filter((metric) => metric.length === 1);
    expect(searches).toEqual([]);
    expect(search).toMatchObject([{ expression: expect.stringContaining('{cloudjail,service,target}') }]);
    expect(search).toMatchObject([{ expression: expect.stringContaining('MetricName="TargetUtilization"') }]);
    const emitted = everythingEmitted();
    expect(emitted).toContain('cloudjail TargetUtilization [service=banner,target]');
    const series = shown()
      .filter((metric) => metric.length > 1)
      .map(shownSeries);
    expect(series.length).toBeGreaterThan(40);
    expect(series.filter((one) => !emitted.has(one) && !EMITTED_BY_AWS.has(one))).toEqual([]);
  });

  it('answers what it is doing, whether it keeps up, and whether a target is full, and links the runbook', () => {
    const texts = body.widgets.flatMap(({ properties }) => properties.markdown ?? []);
    expect(texts).toHaveLength(4);
    expect(texts[0]).toContain(`[the runbook](${SETTINGS.runbookUrl})`);
    const plain = bodyOf(testStack().template).widgets.flatMap(({ properties }) => properties.markdown ?? []);
    expect(plain[0]).toContain('`docs/runbook.md`');
  });

  it('shows every alarm', () => {
    expect(body.widgets.flatMap(({ properties }) => properties.alarms ?? [])).toHaveLength(alarms);
  });

  it('asks the logs for what the functions write', () => {
    const queries = body.widgets.flatMap(({ properties }) => properties.query ?? []);
    expect(queries).toHaveLength(2);
    const { fields, messages } = loggedFields();
    for (const query of queries) {
      const asked = query
        .slice(query.indexOf('|'))
        .replace(/SOURCE '[^']*' \| /g, '')
        .replace(/"[^"]*"/g, '')
        .replace(/ as \w+/g, '');
      for (const [, field = ''] of asked.matchAll(/(?<![\w@.])(message|jail|id|banCount|expiresAt|origin|reason)\b/g)) {
        expect(fields).toContain(field);
      }
      expect(query.match(/"[a-z-]+"/g)?.length).toBeGreaterThan(0);
      for (const [, message = ''] of query.matchAll(/"([a-z-]+)"/g)) expect(messages).toContain(message);
      expect(query).toContain("SOURCE 'reference' | SOURCE 'reference'");
    }
  });

  it('stays within what CloudWatch takes', () => {
    expect(body.widgets.length).toBeLessThanOrEqual(MOST.widgets);
    expect(shown().length).toBeLessThanOrEqual(MOST.metrics);
    for (const { properties } of body.widgets) {
      expect(properties.metrics?.length ?? 0).toBeLessThanOrEqual(MOST.metricsOfWidget);
      expect(properties.alarms?.length ?? 0).toBeLessThanOrEqual(MOST.alarmsOfWidget);
    }
    for (const { x, width } of body.widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('does not grow with the log groups', () => {
    const loggroups = Array.from({ length: 100 }, (_, i) => `/ecs/service-${i}`);
    const { template } = testStack({
      settings: SETTINGS,
      jails: [testJail({ loggroups, logGroupPrefixes: ['/ecs/'] })],
    });
    expect(bodyOf(template).widgets.length).toBe(body.widgets.length);
  });
});
