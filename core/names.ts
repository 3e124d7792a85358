/**
 * Names that the stack and the running code must agree on: imported by both, so they cannot
 * disagree.
 */

/**
 * The functions: the folder under lambdas/, and the service in logs and metrics (Powertools'
 * POWERTOOLS_SERVICE_NAME).
 */
export type FunctionName = 'matcher' | 'banner' | 'ec2-banner' | 'expirer' | 'lookout' | 'subscriber' | 'backfiller';

/** Environment variables of the functions. */
export const ENV = {
  attemptsTable: 'CLOUDJAIL_ATTEMPTS_TABLE',
  bansTable: 'CLOUDJAIL_BANS_TABLE',
  /** File name of the compiled jails beside the function's code, relative to LAMBDA_TASK_ROOT. */
  jailsFile: 'CLOUDJAIL_JAILS_FILE',
  /** Space-separated `name|id|scope`, what CloudFormation's Ref of an AWS::WAFv2::IPSet returns. */
  wafIpv4Sets: 'CLOUDJAIL_WAF_IPV4_SETS',
  wafIpv6Sets: 'CLOUDJAIL_WAF_IPV6_SETS',
  /**
   * The rest of the targets, each as the JSON of what `lambdas/banner/env.ts` and
   * `lambdas/ec2-banner/env.ts` read; absent: there is none.
   */
  blocklist: 'CLOUDJAIL_BLOCKLIST',
  networkAcls: 'CLOUDJAIL_NETWORK_ACLS',
  securityGroups: 'CLOUDJAIL_SECURITY_GROUPS',
  prefixLists: 'CLOUDJAIL_PREFIX_LISTS',
  /** `reban` or `unban`: the effect of removing a ban's entry from a firewall by hand. */
  onManualRemoval: 'CLOUDJAIL_ON_MANUAL_REMOVAL',
  /** ARN of the matcher. */
  matcher: 'CLOUDJAIL_MATCHER',
  /** Name of the subscription filters that the subscriber creates. */
  subscriptionFilter: 'CLOUDJAIL_SUBSCRIPTION_FILTER',
} as const;

/**
 * Of the custom resource by which CloudFormation notifies the subscriber of an added or removed
 * prefix.
 */
export const PREFIX_PROPERTY = 'LogGroupPrefix';

/** The attempts table: one item a (jail, id). */
export const ATTEMPTS = {
  /** `jail#id` */
  partitionKey: 'pk',
  /** Epoch seconds after which DynamoDB may clean the item; expiry is judged on read. */
  ttl: 'ttl',
} as const;

/** The bans table: one item a (id, jail). */
export const BANS = {
  /** The banned address, CIDR or F-ID text. */
  partitionKey: 'id',
  sortKey: 'jail',
  ttl: 'ttl',
  /** Sparse index over active bans, ordered by when they are due. */
  activeIndex: 'active-by-due',
  /** `active#0` … `active#3`; absent from lifted bans. */
  activePartitionKey: 'active',
  /**
   * Epoch seconds; permanent bans carry 253402300799 (the end of year 9999), so that the index
   * holds them too.
   */
  activeSortKey: 'dueAt',
} as const;

/**
 * The prefix of the log groups of every cloudjail stack's functions:
 * `/aws/lambda/cloudjail/<stack>/<function>`. Reading one would feed the matcher its own output
 * without end. Nothing else logs there, because Lambda's default log group names have no further
 * slash.
 */
export const OWN_LOG_GROUPS = '/aws/lambda/cloudjail/';

export const METRICS_NAMESPACE = 'cloudjail';
