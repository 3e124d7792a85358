import * as v from 'valibot';
import type { StackResource, StackTemplate } from '../../local/template.ts';

/** What of a stack costs by being there. */
export interface StackShape {
  /** Metrics that alarms watch: an alarm on a query is billed as one here. */
  readonly alarms: number;
  readonly dashboards: number;
  readonly functions: readonly StackFunction[];
  /**
   * Log groups that the matcher is subscribed to, and whether all have a pattern that drops lines
   * that concern no jail.
   */
  readonly logGroups: number;
  readonly filtered: boolean;
  /** Of the log groups the stack makes, the longest; days. */
  readonly retentionDays: number;
  readonly webAcls: number;
  /**
   * Rules and rule groups that the stack makes; at least the one by which a web ACL refers to the
   * IP sets, where there are any.
   */
  readonly wafRules: number;
  /** S3 objects that a change of the block list writes; 0: there is none. */
  readonly blocklistObjects: number;
  /** Seconds, the longest of the jails'; bans for good count as 30 days. */
  readonly bantime: number;
  /** The lowest of the jails'. */
  readonly maxretry: number;
}

export interface StackFunction {
  readonly service: string;
  readonly gigabytes: number;
  /** Invocations a month by schedules. */
  readonly scheduled: number;
  /** Woken by changes of the bans table. */
  readonly onChanges: boolean;
  /** Firewalls it keeps. */
  readonly targets: number;
}

export const MINUTES_A_MONTH = 43_800;
const MONTH = 30 * 86_400;
/** Retention of a log group that keeps everything, for an estimate's sake. */
const FOR_EVER = 3650;
/** A banner's variables, one a target (core/names.ts). */
const TARGET_VARIABLES = [/WAF_IPV4/, /BLOCKLIST/, /NETWORK_ACLS/, /SECURITY_GROUPS/, /PREFIX_LISTS/];

const LambdaFunction = v.object({
  MemorySize: v.number(),
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});
const Schedule = v.object({
  ScheduleExpression: v.string(),
  Target: v.object({ Arn: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.string()]) }) }),
});
const Jails = v.object({ jails: v.array(v.object({ bantime: v.number(), maxretry: v.number() })) });

/** Reads a stack's shape off its template, so that the estimate is of what would be deployed. */
export function stackShape(template: StackTemplate): StackShape {
  const all = Object.entries(template.resources);
  const ofType = (type: string): readonly (readonly [string, StackResource])[] =>
    all.filter(([, { Type }]) => Type === type);
  const patterns = ofType('AWS::Logs::SubscriptionFilter').map(([, { Properties }]) => Properties['FilterPattern']);
  const { jails } = v.parse(Jails, JSON.parse(template.jails));
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    functions: functionsOf(ofType),
    logGroups: patterns.length,
    filtered: patterns.length > 0 && patterns.every((pattern) => pattern !== ''),
    retentionDays: Math.max(0, ...ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => retentionOf(Properties))),
    webAcls: ofType('AWS::WAFv2::WebACL').length,
    wafRules: wafRules(ofType),
    blocklistObjects: Math.max(0, ...all.map(([, { Properties }]) => objectsOf(JSON.stringify(Properties)))),
    bantime: Math.max(0, ...jails.map(({ bantime }) => (bantime < 0 ? MONTH : Math.min(bantime, MONTH)))),
    maxretry: Math.max(1, Math.min(...jails.map(({ maxretry }) => maxretry))),
  };
}

/** The list in plain form and those in the formats that the banner's environment names. */
function objectsOf(properties: string): number {
  if (!properties.includes('CLOUDJAIL_BLOCKLIST')) return 0;
  const [, formats = ''] = /formats\W+\[(.*?)\]/.exec(properties) ?? [];
  return new Set(['plain', ...(formats.match(/[a-z.]+/g) ?? [])]).size;
}

type OfType = (type: string) => readonly (readonly [string, StackResource])[];

function functionsOf(ofType: OfType): readonly StackFunction[] {
  const schedules = ofType('AWS::Scheduler::Schedule').map(([, { Properties }]) => v.parse(Schedule, Properties));
  const mappings = ofType('AWS::Lambda::EventSourceMapping');
  // Queues have no position to start from.
  const mapped = JSON.stringify(mappings.filter(([, { Properties }]) => Properties['StartingPosition'] !== undefined));
  return ofType('AWS::Lambda::Function').flatMap(([logicalId, { Properties }]) => {
    const parsed = v.safeParse(LambdaFunction, Properties);
    if (!parsed.success) return [];
    const { Variables } = parsed.output.Environment;
    const service = String(Variables['POWERTOOLS_SERVICE_NAME']);
    const own = schedules.filter(({ Target }) => Target.Arn['Fn::GetAtt'][0] === logicalId);
    const names = Object.keys(Variables);
    return [
      {
        service,
        gigabytes: parsed.output.MemorySize / 1024,
        scheduled: own.reduce((sum, { ScheduleExpression }) => sum + timesAMonth(ScheduleExpression), 0),
        onChanges: mapped.includes(`"Ref":"${logicalId}"`),
        targets: TARGET_VARIABLES.filter((variable) => names.some((name) => variable.test(name))).length,
      },
    ];
  });
}

function timesAMonth(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit ?? ''];
  if (minutes === undefined) throw new Error(`the estimate knows no schedule ${expression}`);
  return MINUTES_A_MONTH / (Number(count) * minutes);
}

function retentionOf(properties: Readonly<Record<string, unknown>>): number {
  const days = properties['RetentionInDays'];
  return typeof days === 'number' ? days : FOR_EVER;
}

/**
 * A web ACL pays for each rule of its own and of its rule groups, and for each reference to a rule
 * group.
 */
function wafRules(ofType: OfType): number {
  if (ofType('AWS::WAFv2::IPSet').length === 0) return 0;
  const groups = ofType('AWS::WAFv2::RuleGroup');
  const rules = groups.reduce((sum, [, { Properties }]) => sum + lengthOf(Properties['Rules']), 0);
  return Math.max(1, groups.length + rules);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
