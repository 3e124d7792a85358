import { Aws, Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IScheduleTarget, Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

export interface EveryMinuteProps {
  readonly description: string;
  readonly handler: IFunction;
}

/**
 * Invokes a function once a minute, EventBridge Scheduler's shortest interval, with a role that can
 * do nothing else.
 */
export class EveryMinute extends Construct {
  constructor(scope: Construct, id: string, props: EveryMinuteProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      // The condition keeps a schedule of another account from borrowing the role (the confused
      // deputy).
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.handler.functionArn] }),
    );
    new Schedule(this, 'Schedule', {
      description: props.description,
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: invocation(props.handler, role),
    });
  }
}

/**
 * CDK's own LambdaInvoke target would also let the role invoke every version and alias of the
 * function.
 */
function invocation(handler: IFunction, role: IRole): IScheduleTarget {
  return {
    bind: () => ({
      arn: handler.functionArn,
      role,
      // The next run makes up for a missed one.
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    }),
  };
}
