import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { isRange } from '../../core/config/check-ignoreip.ts';
import { ConfigurationError } from './configuration-error.ts';
import { RESOURCE_TAGS_ALLOWED, ResourceTags } from './resource-tags.ts';
import { TARGET_SETTINGS, TARGETS_ALLOWED, type TargetSettings } from './target-settings.ts';

/** Where the settings live: the `context` block of cdk.json, beside CDK's own keys. */
export const SETTINGS_KEY = 'cloudjail';

const RETENTION_DAYS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const TopicArn = v.pipe(v.string(), v.regex(/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/));

const Schema = v.strictObject({
  stackName: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z][-a-zA-Z0-9]{0,99}$/)), 'cloudjail'),
  configDirectory: v.optional(v.pipe(v.string(), v.nonEmpty())),
  scope: v.optional(v.picklist(['REGIONAL', 'CLOUDFRONT']), 'REGIONAL'),
  removalPolicy: v.optional(v.picklist(['RETAIN', 'DESTROY']), 'RETAIN'),
  logRetentionDays: v.optional(v.picklist(RETENTION_DAYS), RetentionDays.THREE_MONTHS),
  existingLogGroups: v.optional(v.array(v.pipe(v.string(), v.regex(/^\/cloudjail\/[\w\-./#]{0,500}\*?$/))), []),
  kmsKey: v.optional(v.pipe(v.string(), v.regex(/^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/))),
  permissionsBoundary: v.optional(v.pipe(v.string(), v.regex(/^arn:[^:]+:iam::(?:\d{12}|aws):policy\/[\x21-\x7e]+$/))),
  neverBan: v.optional(v.array(v.pipe(v.string(), v.check(isRange))), []),
  onManualRemoval: v.optional(v.picklist(['reban', 'unban']), 'reban'),
  alarmTopicArn: v.optional(TopicArn),
  criticalTopicArn: v.optional(TopicArn),
  runbookUrl: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[\x21-\x7e]{1,240}$/), v.regex(/^[^#]*$/))),
  tags: v.optional(ResourceTags),
  ...TARGET_SETTINGS,
});

/** The settings that concern AWS and not a jail: the `cloudjail` block of cdk.json's context. */
export interface Settings extends TargetSettings {
  /**
   * Name of the stack in CloudFormation. Many names derive from it, so each stack in an account
   * needs its own, and it never changes.
   */
  readonly stackName: string;
  /**
   * The directory that looks like /etc/fail2ban, relative to cdk.json. Absent: the shipped filters
   * with the sshd jail enabled.
   */
  readonly configDirectory?: string | undefined;
  /**
   * `CLOUDFRONT` IP sets live in us-east-1 and guard distributions; `REGIONAL` ones guard load
   * balancers and APIs.
   */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Removal policy of tables and log groups. */
  readonly removalPolicy: 'RETAIN' | 'DESTROY';
  /** For the servers' log groups and the functions' own. 9999: forever. */
  readonly logRetentionDays: RetentionDays;
  /**
   * Log groups below `/cloudjail/` that exist already, by name or by prefix with an asterisk: an
   * agent created them, a deleted stack retained them, or another stack owns them. The stack
   * creates all others, and fails if one exists.
   */
  readonly existingLogGroups: readonly string[];
  /**
   * ARN of your own symmetric KMS key for tables, log groups and queues. Absent: they are encrypted
   * with keys that AWS owns.
   */
  readonly kmsKey?: string | undefined;
  /** ARN of a permissions boundary for the stack's roles, where your organization requires one. */
  readonly permissionsBoundary?: string | undefined;
  /**
   * Addresses and CIDRs that no jail may ban, whatever a log contains: your own or trusted
   * addresses outside this account and Region, such as a partner's NAT gateway, an uptime check, or
   * the ranges from which CloudFront reaches its origins.
   */
  readonly neverBan: readonly string[];
  /**
   * The effect of removing a ban's entry from a firewall by hand: `reban` puts it back within a
   * minute or two, `unban` lifts the ban.
   */
  readonly onManualRemoval: 'reban' | 'unban';
  /**
   * The SNS topic that alarms notify when they start and end. Absent: they show only in the
   * console.
   */
  readonly alarmTopicArn?: string | undefined;
  /** The SNS topic that critical alarms notify too; it should page someone. */
  readonly criticalTopicArn?: string | undefined;
  /**
   * URL of your copy of docs/runbook.md, linked by alarms and dashboard. Absent: they name its path
   * in the repository.
   */
  readonly runbookUrl?: string | undefined;
  /**
   * Tags of the stack's resources except IP sets, whose bans CloudFormation would lift with each
   * change of a tag. Those of the stack itself (`cdk deploy --tags`) may reach them.
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * The allowed values of each key in plain words; the schema's own messages name types. Nested keys
 * are dotted.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  stackName: 'up to 100 letters, digits and hyphens, a letter first',
  configDirectory: 'the path of a directory that looks like /etc/fail2ban, relative to cdk.json',
  scope: '"REGIONAL" or "CLOUDFRONT"',
  removalPolicy: '"RETAIN" or "DESTROY"',
  logRetentionDays: `one of ${RETENTION_DAYS.join(', ')}`,
  existingLogGroups: 'a list of log groups such as "/cloudjail/var/log/auth.log" and "/cloudjail/*"',
  kmsKey:
    'the ARN of a symmetric KMS key in the stack\'s Region, such as "arn:aws:kms:eu-central-1:123456789012:key/…"',
  permissionsBoundary: 'the ARN of a managed policy, such as "arn:aws:iam::123456789012:policy/boundary"',
  neverBan: 'a list of addresses and ranges such as "198.51.100.7" and "2001:db8::/32"',
  onManualRemoval: '"reban" or "unban"',
  alarmTopicArn: "the ARN of a standard SNS topic in the stack's Region",
  criticalTopicArn: "the ARN of a standard SNS topic in the stack's Region",
  runbookUrl:
    'the address of a page, without # and what follows it, such as "https://wiki.example.com/cloudjail/runbook"',
  tags: RESOURCE_TAGS_ALLOWED,
  ...TARGETS_ALLOWED,
};

/**
 * The settings of a context value, an object or (from the command line) its JSON, defaults filled
 * in.
 *
 * @throws {ConfigurationError} naming every wrong key, its value and the allowed values
 */
export function readSettings(given: unknown): Settings {
  const context = typeof given === 'string' ? typed(given) : given;
  if (context !== undefined && !isBlock(context)) {
    throw new ConfigurationError(
      `cdk.json: context.${SETTINGS_KEY} is ${JSON.stringify(context)}; allowed: an object with any of ${keysIn('')}`,
    );
  }
  const result = v.safeParse(Schema, context ?? {});
  if (!result.success) {
    const mistakes = result.issues.map((issue) =>
      describe(
        (issue.path ?? []).map(({ key }) => String(key)),
        context,
      ),
    );
    throw new ConfigurationError([...new Set(mistakes)].join('\n'));
  }
  refuseSharedLists(result.output);
  return result.output;
}

/** `cdk -c cloudjail=…` passes an object as its text. */
function typed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The innermost key of a path that is a setting decides the message. */
function describe(path: readonly string[], context: unknown): string {
  const known = path.findLastIndex((_, i) => isSetting(path.slice(0, i + 1))) + 1;
  const value = valueAt(path.slice(0, known), context);
  const next = path[known];
  if (next !== undefined && isBlock(value) && Object.hasOwn(value, next)) {
    const name = path.slice(0, known + 1).join('.');
    return `cdk.json: context.${SETTINGS_KEY}.${name} is not a setting; allowed: ${keysIn(path.slice(0, known).join('.'))}`;
  }
  const name = path.slice(0, known).join('.');
  return `cdk.json: context.${SETTINGS_KEY}.${name} is ${JSON.stringify(value)}; allowed: ${ALLOWED[name]}`;
}

function isSetting(path: readonly string[]): boolean {
  return Object.hasOwn(ALLOWED, path.join('.'));
}

/** The settings directly inside a key, or at the top for `''`. */
function keysIn(name: string): string {
  const start = name === '' ? '' : `${name}.`;
  const inside = Object.keys(ALLOWED).filter((key) => key.startsWith(start));
  return inside.flatMap((key) => (key.slice(start.length).includes('.') ? [] : [key.slice(start.length)])).join(', ');
}

function valueAt(path: readonly string[], context: unknown): unknown {
  return path.reduce((value: unknown, key) => (isBlock(value) ? value[key] : undefined), context);
}

/** Each target would remove the other's entries, without end. */
function refuseSharedLists({ prefixLists = {}, securityGroups }: Settings): void {
  if (securityGroups?.mode !== 'carve') return;
  const carved = Object.values(securityGroups.prefixLists);
  const shared = Object.values(prefixLists).find((id) => carved.includes(id));
  if (shared === undefined) return;
  throw new ConfigurationError(
    `cdk.json: context.${SETTINGS_KEY}.prefixLists and securityGroups.prefixLists both name ${shared}; allowed: a list of its own ` +
      'for each, since one holds the banned addresses and the other all the rest',
  );
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
