/**
 * What all subscription filters are called that CloudFormation makes for a stack: their metrics are
 * found by it. A log group may have one of each name, so stacks that read the same group do not
 * take each other's.
 */
export function subscriptionName(stackName: string): string {
  return `${stackName}-matcher`;
}

/**
 * The same for those that the subscriber makes in log groups that jails read by prefix. Of another
 * name, since a log group may come from the one to the other: CloudFormation makes none where there
 * is one of its name, and deletes by name what it has made.
 */
export function prefixSubscriptionName(stackName: string): string {
  return `${stackName}-matcher-by-prefix`;
}
