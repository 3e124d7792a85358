/**
 * What all subscription filters of a stack are called, whoever makes them: their metrics are found by it. A log group may have one of each name, so
 * stacks that read the same group do not take each other's.
 */
export function subscriptionName(stackName: string): string {
  return `${stackName}-matcher`;
}
