import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { isRange } from '../core/config/check-ignoreip.ts';
import { ConfigurationError } from './configuration-error.ts';

/** Where the settings live: the `context` block of cdk.json, beside CDK's own keys. */
export const SETTINGS_KEY = 'cloudjail';

const RETENTION_DAYS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const Schema = v.strictObject({
  configDirectory: v.optional(v.pipe(v.string(), v.nonEmpty())),
  scope: v.optional(v.picklist(['REGIONAL', 'CLOUDFRONT']), 'REGIONAL'),
  removalPolicy: v.optional(v.picklist(['RETAIN', 'DESTROY']), 'RETAIN'),
  logRetentionDays: v.optional(v.picklist(RETENTION_DAYS), RetentionDays.THREE_MONTHS),
  neverBan: v.optional(v.array(v.pipe(v.string(), v.check(isRange))), []),
});

/** What is an AWS matter and not a jail's: the `cloudjail` block of cdk.json's context. */
export interface Settings {
  /**
   * The directory that looks like /etc/fail2ban, relative to cdk.json. Absent: the filters we ship with the sshd jail enabled.
   */
  readonly configDirectory?: string | undefined;
  /** `CLOUDFRONT` IP sets live in us-east-1 and guard distributions; `REGIONAL` ones guard load balancers and APIs. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** What becomes of tables and log groups when the stack lets go of them. */
  readonly removalPolicy: 'RETAIN' | 'DESTROY';
  /** For the servers' log groups and the functions' own. 9999: for ever. */
  readonly logRetentionDays: RetentionDays;
  /**
   * Addresses and CIDRs that no jail may ban, whatever a log says: what is yours or works for you outside this account and Region, such as a
   * partner's NAT gateway, an uptime check, or the ranges from which CloudFront reaches its origins.
   */
  readonly neverBan: readonly string[];
}

/** What a key may hold, in the operator's words; the schema's own messages speak of types. */
const ALLOWED: Readonly<Record<keyof Settings, string>> = {
  configDirectory: 'the path of a directory that looks like /etc/fail2ban, relative to cdk.json',
  scope: '"REGIONAL" or "CLOUDFRONT"',
  removalPolicy: '"RETAIN" or "DESTROY"',
  logRetentionDays: `one of ${RETENTION_DAYS.join(', ')}`,
  neverBan: 'a list of addresses and ranges such as "198.51.100.7" and "2001:db8::/32"',
};

/**
 * The settings of a context value, defaults filled in.
 *
 * @throws {ConfigurationError} naming every wrong key, its value and what is allowed
 */
export function readSettings(context: unknown): Settings {
  if (context !== undefined && !isBlock(context)) {
    throw new ConfigurationError(
      `cdk.json: context.${SETTINGS_KEY} is ${JSON.stringify(context)}; allowed: an object with any of ${Object.keys(ALLOWED).join(', ')}`,
    );
  }
  const result = v.safeParse(Schema, context ?? {});
  if (result.success) return result.output;
  const mistakes = result.issues.map((issue) => describe(issue.path?.[0]?.key, context));
  throw new ConfigurationError([...new Set(mistakes)].join('\n'));
}

function describe(key: unknown, context: unknown): string {
  const name = String(key);
  if (!isSetting(name)) {
    return `cdk.json: context.${SETTINGS_KEY}.${name} is not a setting; allowed: ${Object.keys(ALLOWED).join(', ')}`;
  }
  const value = isBlock(context) ? context[name] : undefined;
  return `cdk.json: context.${SETTINGS_KEY}.${name} is ${JSON.stringify(value)}; allowed: ${ALLOWED[name]}`;
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(ALLOWED, name);
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
