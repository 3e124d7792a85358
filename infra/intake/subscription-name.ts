/**
 * Name of all subscription filters that CloudFormation creates for a stack; their metrics are found
 * by it. A log group has one filter per name, so stacks that read the same group do not replace
 * each other's.
 */
export function subscriptionName(stackName: string): string {
  return `${stackName}-matcher`;
}

/**
 * The same for filters that the subscriber creates in log groups that jails read by prefix. The
 * name differs because a log group may move from one kind to the other: CloudFormation fails to
 * create a filter of an existing name, and deletes its own by name.
 */
export function prefixSubscriptionName(stackName: string): string {
  return `${stackName}-matcher-by-prefix`;
}
