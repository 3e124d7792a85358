import * as v from 'valibot';
import { isRange } from '../../core/config/check-ignoreip.ts';
import { BLOCKLIST_FORMATS } from '../../core/enforce/blocklist/formats.ts';
import { setting } from './setting.ts';
import { Waf, type WafSettings } from './waf-settings.ts';

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

const PREFIX_LIST = 'pl-0123456789abcdef0';
const LISTS = 'an object with ipv4, ipv6 or both, each the id of another customer-managed prefix list';

/** @param holds the content of a list */
const prefixLists = (holds: string) => {
  const list = (family: string) =>
    v.optional(
      setting(resourceId('pl'), {
        allowed: `the id of a prefix list, such as "${PREFIX_LIST}"`,
        meaning: `The ${family} prefix list; it holds ${holds}.`,
        example: PREFIX_LIST,
      }),
    );
  return v.pipe(
    v.strictObject({ ipv4: list('IPv4'), ipv6: list('IPv6') }),
    v.check(({ ipv4, ipv6 }) => (ipv4 ?? ipv6) !== undefined && ipv4 !== ipv6),
  );
};

const PrefixLists = prefixLists('the banned addresses');

const NetworkAcls = v.pipe(
  v.strictObject({
    ids: setting(resourceIds('acl'), {
      allowed: 'a list of different ids of network ACLs, such as "acl-0123456789abcdef0"',
      meaning: 'Your network ACLs that get deny entries.',
      example: ['acl-0123456789abcdef0'],
    }),
    firstRule: v.optional(
      setting(wholeNumber(1, HIGHEST_ACL_RULE), {
        allowed: `the first of capacity rule numbers that lie in 1 to ${HIGHEST_ACL_RULE}`,
        meaning: 'The first rule number of the reserved window; your allow rules come after it.',
        example: 1,
      }),
      1,
    ),
    capacity: v.optional(
      setting(wholeNumber(1, MOST_ACL_RULES), {
        allowed: `a number of rules from 1 to ${MOST_ACL_RULES}`,
        meaning:
          'Rule numbers in the window: the most bans that an ACL holds. AWS allows 20 rules per direction ' +
          'unless the quota is raised.',
        example: 38,
      }),
      18,
    ),
    byPort: v.optional(
      setting(v.boolean(), {
        allowed: 'true or false',
        meaning: 'Deny only the ports of the jail, with one rule per range of ports.',
        example: true,
      }),
      false,
    ),
  }),
  v.forward(
    v.check(({ firstRule, capacity }) => firstRule + capacity - 1 <= HIGHEST_ACL_RULE),
    ['firstRule'],
  ),
);

const PREFIX_LENGTH = 'The shortest prefix to which a ban of this family may grow, so that more bans fit.';

const SecurityGroups = v.variant('mode', [
  v.strictObject({
    mode: setting(v.literal('revoke'), {
      allowed: '"revoke" or "carve"',
      meaning:
        '`revoke` removes the rules that allow a banned source by name, and restores them exactly. `carve` ' +
        'keeps prefix lists at all ' +
        'addresses except the banned ones, for your rules to allow.',
      example: 'revoke',
    }),
    ids: setting(resourceIds('sg'), {
      allowed: 'a list of different ids of security groups, such as "sg-0123456789abcdef0"',
      meaning: 'With `revoke`: your security groups whose rules are removed.',
      example: ['sg-0123456789abcdef0'],
    }),
  }),
  v.strictObject({
    mode: v.literal('carve'),
    prefixLists: setting(prefixLists('all addresses except the banned ones'), {
      allowed: LISTS,
      meaning: 'With `carve`: your prefix lists, which your security groups allow.',
      example: { ipv4: PREFIX_LIST },
    }),
    allowed: v.optional(
      setting(v.array(v.pipe(v.string(), v.check(isRange))), {
        allowed: 'a list of addresses and ranges such as "198.51.100.0/24"; empty for all addresses',
        meaning: 'With `carve`: the addresses that are allowed while no address is banned.',
        example: ['198.51.100.0/24'],
        otherwise: 'all addresses',
      }),
      [],
    ),
    widen: v.optional(
      setting(
        v.strictObject({
          ipv4: v.optional(
            setting(wholeNumber(16, 32), {
              allowed: 'a prefix length from 16 to 32',
              meaning: PREFIX_LENGTH,
              example: 24,
              otherwise: 'bans do not grow',
            }),
          ),
          ipv6: v.optional(
            setting(wholeNumber(32, 128), {
              allowed: 'a prefix length from 32 to 128',
              meaning: PREFIX_LENGTH,
              example: 48,
              otherwise: 'bans do not grow',
            }),
          ),
        }),
        {
          allowed: 'an object with any of ipv4, ipv6: the shortest prefix a ban may grow to',
          meaning: 'With `carve`: bans may grow to a wider range when the list is full.',
          example: { ipv4: 24 },
        },
      ),
      {},
    ),
  }),
]);

const BucketName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/));

const Blocklist = v.pipe(
  v.strictObject({
    bucket: v.optional(
      setting(BucketName, {
        allowed: 'the name of a bucket you have; without it the stack creates one',
        meaning: 'The bucket that holds the lists.',
        example: 'block-lists-of-ours',
        otherwise:
          'the stack creates one (output `BlocklistUrl`), which must be emptied before a stack with `DESTROY` ' +
          'can be deleted',
      }),
    ),
    kmsKey: v.optional(
      setting(v.pipe(v.string(), v.regex(/^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/)), {
        allowed: 'the ARN of the key that encrypts the objects of the bucket you name',
        meaning: 'The KMS key of your bucket, if it has one.',
        example: 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666',
      }),
    ),
    prefix: v.optional(
      setting(v.pipe(v.string(), v.regex(/^(?:[\w.!'()-]+\/)*$/)), {
        allowed: 'the prefix of the keys, ending in a slash such as "blocklist/"; "" for the top of the bucket',
        meaning: 'Prefix of the keys of the lists.',
        example: 'blocklist/',
      }),
      'blocklist/',
    ),
    formats: v.optional(
      setting(v.pipe(v.array(v.picklist(BLOCKLIST_FORMATS)), v.nonEmpty()), {
        allowed: `a list of ${BLOCKLIST_FORMATS.join(', ')}`,
        meaning: 'Formats of the lists, one file each.',
        example: ['plain', 'nginx'],
      }),
      [...BLOCKLIST_FORMATS],
    ),
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
    setting(
      v.lazy((input) => (input === false ? v.literal(false) : Waf)),
      {
        allowed:
          'false for no IP sets, or an object with any of ipv4Sets, ipv6Sets, ruleGroup, action, responseCode, ' +
          'forwardedIp, ' +
          'webAcl',
        meaning: 'The target `waf`: IP sets of the banned addresses and a rule group over them. See [waf.md](waf.md).',
        example: { action: 'count', ipv4Sets: 3 },
        otherwise: 'one IP set per family, action `block`',
      },
    ),
    {},
  ),
  networkAcls: v.optional(
    setting(NetworkAcls, {
      allowed: 'an object with ids and any of firstRule, capacity, byPort',
      meaning: 'The target `network-acl`: deny entries in a window of rule numbers.',
      example: { ids: ['acl-0123456789abcdef0'], capacity: 18 },
    }),
  ),
  securityGroups: v.optional(
    setting(SecurityGroups, {
      allowed: 'an object with mode, and with ids (mode "revoke") or prefixLists, allowed and widen (mode "carve")',
      meaning: "The target `security-group`, with one of two methods, since a security group can't deny.",
      example: { mode: 'carve', prefixLists: { ipv4: PREFIX_LIST } },
    }),
  ),
  prefixLists: v.optional(
    setting(PrefixLists, {
      allowed: LISTS,
      meaning: 'The target `prefix-list`: lists of the banned addresses, for Network Firewall and route tables.',
      example: { ipv4: PREFIX_LIST },
    }),
  ),
  blocklist: v.optional(
    setting(
      v.lazy((input) => (input === false ? v.literal(false) : Blocklist)),
      {
        allowed: 'false for none, or an object with any of bucket, kmsKey, prefix, formats',
        meaning:
          'The target `blocklist`: lists of any size in a bucket, for the firewalls of hosts. See ' +
          '[servers.md](servers.md).',
        example: { formats: ['plain', 'nginx'] },
        otherwise: 'the plain list, which the updater of servers loads, in a bucket that the stack creates',
      },
    ),
    // Each format is an object to write with each change.
    { formats: ['plain'] },
  ),
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
  /** The S3 objects that servers load their bans from; `false`: none. */
  readonly blocklist: false | v.InferOutput<typeof Blocklist>;
}
