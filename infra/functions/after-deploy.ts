import { Aws, Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Stack statuses in which a deployment is over, or only cleans up replaced resources. */
const OVER = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
];

export interface AfterDeployProps {
  /** A banner. */
  readonly handler: IFunction;
  /** Whether it keeps IP sets: CloudFormation writes their addresses with any other property. */
  readonly keepsIpSets: boolean;
}

/**
 * Invokes a banner as soon as CloudFormation has written an IP set of this very stack, and when a
 * deployment is over, so that an emptied set is full again within seconds, before the next
 * scheduled run. The handler treats these events like its schedule's.
 *
 * It uses events and no trigger inside the deployment (`aws-cdk-lib/triggers`). A trigger would be
 * one more function with rights of its own, would run only when its own code changes, could fail
 * the deployment, and would not run on a rollback.
 *
 * @see
 *   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
 * @see
 *   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-resource-status-change.html
 */
export class AfterDeploy extends Construct {
  constructor(scope: Construct, id: string, { handler, keepsIpSets }: AfterDeployProps) {
    super(scope, id);
    this.invoke(handler, 'Stack', 'cloudjail: compares every firewall with all active bans after each deployment', {
      detailType: ['CloudFormation Stack Status Change'],
      detail: { 'status-details': { status: OVER } },
    });
    if (!keepsIpSets) return;
    this.invoke(handler, 'IpSet', 'cloudjail: fills an IP set that CloudFormation has written', {
      detailType: ['CloudFormation Resource Status Change'],
      detail: { 'resource-type': ['AWS::WAFv2::IPSet'], 'status-details': { status: ['UPDATE_COMPLETE'] } },
    });
  }

  private invoke(handler: IFunction, id: string, description: string, { detailType, detail }: EventPattern): void {
    new Rule(this, id, {
      description,
      eventPattern: {
        source: ['aws.cloudformation'],
        ...(detailType && { detailType }),
        detail: { 'stack-id': [Aws.STACK_ID], ...detail },
      },
      // The next scheduled run makes up for a missed event.
      targets: [new LambdaFunction(handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
