import * as v from 'valibot';
import type { FirewallTarget } from '../../core/config/actions.ts';
import { isRange } from '../../core/config/check-ignoreip.ts';
import { BLOCKLIST_FORMATS } from '../../core/enforce/blocklist/formats.ts';
import { WAF_ALLOWED, Waf, type WafSettings } from './waf-settings.ts';

/**
 * A direction of a network ACL has 20 entries, 40 at most when raised (Amazon VPC quotas): one is
 * AWS's own, and one must allow traffic.
 */
const MOST_ACL_RULES = 38;
const HIGHEST_ACL_RULE = 32_766;

const wholeNumber = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const resourceId = (kind: 'acl' | 'sg' | 'pl') =>
  v.pipe(v.string(), v.regex(new RegExp(`^${kind}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)));
const resourceIds = (kind: 'acl' | 'sg') =>
  v.pipe(
    v.array(resourceId(kind)),
    v.nonEmpty(),
    v.check((ids) => new Set(ids).size === ids.length),
  );

const PrefixLists = v.pipe(
  v.strictObject({ ipv4: v.optional(resourceId('pl')), ipv6: v.optional(resourceId('pl')) }),
  v.check(({ ipv4, ipv6 }) => (ipv4 ?? ipv6) !== undefined && ipv4 !== ipv6),
);

const NetworkAcls = v.pipe(
  v.strictObject({
    ids: resourceIds('acl'),
    firstRule: v.optional(wholeNumber(1, HIGHEST_ACL_RULE), 1),
    capacity: v.optional(wholeNumber(1, MOST_ACL_RULES), 18),
    byPort: v.optional(v.boolean(), false),
  }),
  v.forward(
    v.check(({ firstRule, capacity }) => firstRule + capacity - 1 <= HIGHEST_ACL_RULE),
    ['firstRule'],
  ),
);

const SecurityGroups = v.variant('mode', [
  v.strictObject({ mode: v.literal('revoke'), ids: resourceIds('sg') }),
  v.strictObject({
    mode: v.literal('carve'),
    prefixLists: PrefixLists,
    allowed: v.optional(v.array(v.pipe(v.string(), v.check(isRange))), []),
    widen: v.optional(
      v.strictObject({ ipv4: v.optional(wholeNumber(16, 32)), ipv6: v.optional(wholeNumber(32, 128)) }),
      {},
    ),
  }),
]);

const BucketName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/));

const Blocklist = v.pipe(
  v.strictObject({
    bucket: v.optional(BucketName),
    kmsKey: v.optional(v.pipe(v.string(), v.regex(/^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/))),
    prefix: v.optional(v.pipe(v.string(), v.regex(/^(?:[\w.!'()-]+\/)*$/)), 'blocklist/'),
    formats: v.optional(v.pipe(v.array(v.picklist(BLOCKLIST_FORMATS)), v.nonEmpty()), [...BLOCKLIST_FORMATS]),
  }),
  // The bucket that the stack creates uses S3's own key.
  v.forward(
    v.check(({ bucket, kmsKey }) => bucket !== undefined || kmsKey === undefined),
    ['kmsKey'],
  ),
);

/** The settings of the firewalls. */
export const TARGET_SETTINGS = {
  waf: v.optional(
    v.lazy((input) => (input === false ? v.literal(false) : Waf)),
    {},
  ),
  networkAcls: v.optional(NetworkAcls),
  securityGroups: v.optional(SecurityGroups),
  prefixLists: v.optional(PrefixLists),
  blocklist: v.optional(Blocklist),
};

const LISTS = 'an object with ipv4, ipv6 or both, each the id of another customer-managed prefix list';

/** The allowed values of each key in plain words. */
export const TARGETS_ALLOWED: Readonly<Record<string, string>> = {
  ...WAF_ALLOWED,
  networkAcls: 'an object with ids and any of firstRule, capacity, byPort',
  'networkAcls.ids': 'a list of different ids of network ACLs, such as "acl-0123456789abcdef0"',
  'networkAcls.firstRule': `the first of capacity rule numbers that lie in 1 to ${HIGHEST_ACL_RULE}`,
  'networkAcls.capacity': `a number of rules from 1 to ${MOST_ACL_RULES}`,
  'networkAcls.byPort': 'true or false',
  securityGroups: 'an object with mode, and with ids (mode "revoke") or prefixLists, allowed and widen (mode "carve")',
  'securityGroups.mode': '"revoke" or "carve"',
  'securityGroups.ids': 'a list of different ids of security groups, such as "sg-0123456789abcdef0"',
  'securityGroups.prefixLists': LISTS,
  'securityGroups.prefixLists.ipv4': 'the id of a prefix list, such as "pl-0123456789abcdef0"',
  'securityGroups.prefixLists.ipv6': 'the id of a prefix list, such as "pl-0123456789abcdef0"',
  'securityGroups.allowed': 'a list of addresses and ranges such as "198.51.100.0/24"; empty for all addresses',
  'securityGroups.widen': 'an object with any of ipv4, ipv6: the shortest prefix a ban may grow to',
  'securityGroups.widen.ipv4': 'a prefix length from 16 to 32',
  'securityGroups.widen.ipv6': 'a prefix length from 32 to 128',
  prefixLists: LISTS,
  'prefixLists.ipv4': 'the id of a prefix list, such as "pl-0123456789abcdef0"',
  'prefixLists.ipv6': 'the id of a prefix list, such as "pl-0123456789abcdef0"',
  blocklist: 'an object with any of bucket, kmsKey, prefix, formats',
  'blocklist.bucket': 'the name of a bucket you have; without it the stack creates one',
  'blocklist.kmsKey': 'the ARN of the key that encrypts the objects of the bucket you name',
  'blocklist.prefix': 'the prefix of the keys, ending in a slash such as "blocklist/"; "" for the top of the bucket',
  'blocklist.formats': `a list of ${BLOCKLIST_FORMATS.join(', ')}`,
};

/** The targets from the settings, defaults filled in; the stack lacks those that are absent. */
export interface TargetSettings {
  /** IP sets per family and WAF's action on them; `false`: none. */
  readonly waf: false | WafSettings;
  /** ACLs of yours, with a window of rule numbers for the banner. */
  readonly networkAcls?: v.InferOutput<typeof NetworkAcls> | undefined;
  /**
   * `revoke` removes rules from your groups; `carve` keeps your prefix lists at all addresses
   * except the banned ones.
   */
  readonly securityGroups?: v.InferOutput<typeof SecurityGroups> | undefined;
  /** Your prefix lists that hold the banned addresses. */
  readonly prefixLists?: v.InferOutput<typeof PrefixLists> | undefined;
  readonly blocklist?: v.InferOutput<typeof Blocklist> | undefined;
}

/** The targets that the settings define, by the names that jails use. */
export function configuredTargets(settings: TargetSettings): readonly FirewallTarget[] {
  const { waf, networkAcls, securityGroups, prefixLists, blocklist } = settings;
  const given: readonly (FirewallTarget | false | undefined)[] = [
    waf && 'waf',
    networkAcls && 'network-acl',
    securityGroups && 'security-group',
    prefixLists && 'prefix-list',
    blocklist && 'blocklist',
  ];
  return given.filter((target) => typeof target === 'string');
}
