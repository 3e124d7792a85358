import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { isRange } from '../../core/config/check-ignoreip.ts';
import { ConfigurationError } from './configuration-error.ts';
import { ResourceTags } from './resource-tags.ts';
import { type DescribedSetting, describedSettings, setting } from './setting.ts';
import { TARGET_SETTINGS, type TargetSettings } from './target-settings.ts';

/** Where the settings live: the `context` block of cdk.json, beside CDK's own keys. */
export const SETTINGS_KEY = 'cloudjail';

const RETENTION_DAYS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const TopicArn = v.pipe(v.string(), v.regex(/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/));
const TOPIC_ALLOWED = "the ARN of a standard SNS topic in the stack's Region";

const Schema = v.strictObject({
  stackName: v.optional(
    setting(v.pipe(v.string(), v.regex(/^[a-zA-Z][-a-zA-Z0-9]{0,99}$/)), {
      allowed: 'up to 100 letters, digits and hyphens, a letter first',
      meaning:
        'Name of the stack in CloudFormation. Many names derive from it, so each stack in an account and Region ' +
        'needs its own. Never change ' +
        'it, and pass it to the commands with `--stack`.',
      example: 'cloudjail-eu',
    }),
    'cloudjail',
  ),
  configDirectory: v.optional(
    setting(v.pipe(v.string(), v.nonEmpty()), {
      allowed: 'the path of a directory that looks like /etc/fail2ban, relative to cdk.json',
      meaning: 'The directory with your `jail.local`.',
      example: 'examples/config',
      otherwise: 'the jails and filters that come with cloudjail, `sshd` enabled',
    }),
  ),
  scope: v.optional(
    setting(v.picklist(['REGIONAL', 'CLOUDFRONT']), {
      allowed: '"REGIONAL" or "CLOUDFRONT"',
      meaning:
        'The scope of the IP sets: `REGIONAL` for load balancers and APIs, `CLOUDFRONT` for distributions. With ' +
        '`CLOUDFRONT` the stack, and ' +
        'so every other target, is in us-east-1.',
      example: 'CLOUDFRONT',
    }),
    'REGIONAL',
  ),
  removalPolicy: v.optional(
    setting(v.picklist(['RETAIN', 'DESTROY']), {
      allowed: '"RETAIN" or "DESTROY"',
      meaning: 'Removal policy of tables and log groups when the stack is deleted.',
      example: 'DESTROY',
    }),
    'RETAIN',
  ),
  logRetentionDays: v.optional(
    setting(v.picklist(RETENTION_DAYS), {
      allowed: `one of ${RETENTION_DAYS.join(', ')}`,
      meaning: "Retention of the log groups that the stack creates, the functions' own included; 9999 is forever.",
      example: 30,
    }),
    RetentionDays.THREE_MONTHS,
  ),
  existingLogGroups: v.optional(
    setting(v.array(v.pipe(v.string(), v.regex(/^\/cloudjail\/[\w\-./#]{0,500}\*?$/))), {
      allowed: 'a list of log groups such as "/cloudjail/var/log/auth.log" and "/cloudjail/*"',
      meaning:
        'Log groups below `/cloudjail/` that exist already, by name or by prefix with an asterisk: an agent ' +
        'created them, a deleted stack ' +
        'retained them, or another stack owns them. The stack creates all others, and its deployment fails if ' +
        'one exists.',
      example: ['/cloudjail/var/log/auth.log', '/cloudjail/srv/*'],
    }),
    [],
  ),
  kmsKey: v.optional(
    setting(v.pipe(v.string(), v.regex(/^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/)), {
      allowed:
        'the ARN of a symmetric KMS key in the stack\'s Region, such as "arn:aws:kms:eu-central-1:123456789012:key/…"',
      meaning:
        'Your own KMS key for tables, log groups and queues. What its policy must allow: ' +
        '[operating.md](operating.md#a-key-of-your-own).',
      example: 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666',
      otherwise: 'keys that AWS owns',
    }),
  ),
  permissionsBoundary: v.optional(
    setting(v.pipe(v.string(), v.regex(/^arn:[^:]+:iam::(?:\d{12}|aws):policy\/[\x21-\x7e]+$/)), {
      allowed: 'the ARN of a managed policy, such as "arn:aws:iam::123456789012:policy/boundary"',
      meaning: "A permissions boundary for the stack's roles, where your organization requires one.",
      example: 'arn:aws:iam::123456789012:policy/boundary',
    }),
  ),
  neverBan: v.optional(
    setting(v.array(v.pipe(v.string(), v.check(isRange))), {
      allowed: 'a list of addresses and ranges such as "198.51.100.7" and "2001:db8::/32"',
      meaning:
        "Addresses and ranges that no jail may ban, whatever a log contains: a partner's NAT gateway, an uptime check, CloudFront's " +
        'origin-facing ranges.',
      example: ['198.51.100.7', '2001:db8::/32'],
    }),
    [],
  ),
  onManualRemoval: v.optional(
    setting(v.picklist(['reban', 'unban']), {
      allowed: '"reban" or "unban"',
      meaning:
        "The effect of removing a ban's entry from a firewall by hand: `reban` puts it back within a minute or two, `unban` lifts the ban. " +
        'With `unban`, more than ten removals at once, or the removal of a whole set, count as a wipe and are ' +
        'put back.',
      example: 'unban',
    }),
    'reban',
  ),
  alarmTopicArn: v.optional(
    setting(TopicArn, {
      allowed: TOPIC_ALLOWED,
      meaning: 'The SNS topic that alarms notify when they start and end.',
      example: 'arn:aws:sns:eu-central-1:123456789012:on-call',
      otherwise: 'alarms show only in the console',
    }),
  ),
  criticalTopicArn: v.optional(
    setting(TopicArn, {
      allowed: TOPIC_ALLOWED,
      meaning: 'The SNS topic that critical alarms notify too; it should page someone.',
      example: 'arn:aws:sns:eu-central-1:123456789012:pager',
    }),
  ),
  runbookUrl: v.optional(
    setting(v.pipe(v.string(), v.regex(/^https?:\/\/[\x21-\x7e]{1,240}$/), v.regex(/^[^#]*$/)), {
      allowed:
        'the address of a page, without # and what follows it, such as "https://wiki.example.com/cloudjail/runbook"',
      meaning: 'URL of your copy of [runbook.md](runbook.md), linked by alarms and dashboard.',
      example: 'https://wiki.example.com/cloudjail/runbook',
      otherwise: 'they name its path in the repository',
    }),
  ),
  tags: v.optional(
    setting(ResourceTags, {
      allowed:
        'an object of tags such as {"team": "edge"}: keys of up to 128 and values of up to 256 letters, digits, ' +
        'spaces and _.:/=+-@',
      meaning:
        "Tags of the stack's resources except IP sets, whose bans CloudFormation would lift with each change of a tag. Do not use " +
        '`cdk deploy --tags`, which tags them too.',
      example: { team: 'edge' },
    }),
  ),
  ...TARGET_SETTINGS,
});

/** The settings that concern AWS and not a jail: the `cloudjail` block of cdk.json's context. */
export type Settings = Readonly<Omit<v.InferOutput<typeof Schema>, keyof TargetSettings>> & TargetSettings;

/** Every setting there is, in the order of the schema. */
export const SETTINGS: readonly DescribedSetting[] = describedSettings(Schema);

/** The allowed values of each key in plain words; the schema's own messages name types. */
const ALLOWED: Readonly<Record<string, string>> = Object.fromEntries(
  SETTINGS.map(({ name, allowed }) => [name, allowed]),
);

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
    return (
      `cdk.json: context.${SETTINGS_KEY}.${name} is not a setting; allowed: ` +
      `${keysIn(path.slice(0, known).join('.'))}`
    );
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
    `cdk.json: context.${SETTINGS_KEY}.prefixLists and securityGroups.prefixLists both name ${shared}; allowed: ` +
      'a list of its own ' +
      'for each, since one holds the banned addresses and the other all the rest',
  );
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
