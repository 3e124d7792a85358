/** Who the events of {@link deploymentEvents} are about, by default. */
export const STACK_ID =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/cloudjail/71fbf4a0-5d2b-11ef-8f3f-0e5d8a5d1c2b';

/**
 * CloudFormation's events to EventBridge during a deployment, in the shapes of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/events-detail-reference.html.
 */
export function deploymentEvents() {
  const event = (kind: string, stackId: string, detail: object) => ({
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': `CloudFormation ${kind} Status Change`,
    source: 'aws.cloudformation',
    account: '123456789012',
    time: '2026-11-21T10:00:00Z',
    region: 'us-east-1',
    resources: [stackId],
    detail: { 'stack-id': stackId, 'client-request-token': '', ...detail },
  });
  return {
    ofStack: (status: string, stackId = STACK_ID) =>
      event('Stack', stackId, { 'status-details': { status, 'status-reason': '' } }),
    ofResource: (type: string, status: string, stackId = STACK_ID) =>
      event('Resource', stackId, {
        'logical-resource-id': 'Ipv4Set',
        'physical-resource-id': 'cloudjail-ipv4|8a1b2c3d-0000-4000-8000-000000000001|REGIONAL',
        'status-details': { status, 'status-reason': '' },
        'resource-type': type,
        properties: '{}',
      }),
  };
}
