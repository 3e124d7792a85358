import { ArnFormat, Aws, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, LogGroup, type RetentionDays, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct } from 'constructs';
import type { CompiledJail } from '../core/filter/compiled-jail.ts';
import { subscriptionPattern } from '../core/filter/subscription-pattern.ts';
import { ConfigurationError } from './configuration-error.ts';
import { functionLogGroupPrefix } from './function.ts';
import { subscriptionName } from './subscription-name.ts';

/** Log groups under it are ours to create: the agents write there what a `logpath` names. Any other is taken to exist. */
const OWN_PREFIX = '/cloudjail/';

/** Names CloudWatch Logs accepts (API reference, CreateLogGroup). */
const LOG_GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;

export interface LogIntakeProps {
  readonly jails: readonly CompiledJail[];
  readonly matcher: IFunction;
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The log groups the jails read, each with one subscription to the matcher. */
export class LogIntake extends Construct {
  constructor(scope: Construct, id: string, props: LogIntakeProps) {
    super(scope, id);
    refuseLoops(props.jails, functionLogGroupPrefix(Stack.of(this)));
    const permission = this.permit(props.matcher);
    for (const [name, jails] of readersByLogGroup(props.jails)) {
      const subscription = new SubscriptionFilter(this, `Subscription${name}`, {
        filterName: subscriptionName(Stack.of(this).stackName),
        logGroup: this.logGroup(name, props),
        destination: new LambdaDestination(props.matcher, { addPermissions: false }),
        filterPattern: FilterPattern.literal(subscriptionPattern(jails.map((jail) => jail.match))),
      });
      subscription.node.addDependency(permission);
    }
  }

  /** One statement for all log groups: a function's resource policy is limited in size, jails are not in number. */
  private permit(matcher: IFunction): CfnPermission {
    return new CfnPermission(this, 'MatcherPermission', {
      action: 'lambda:InvokeFunction',
      functionName: matcher.functionArn,
      principal: 'logs.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: Stack.of(this).formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    });
  }

  private logGroup(name: string, props: LogIntakeProps): ILogGroup {
    if (!name.startsWith(OWN_PREFIX)) return LogGroup.fromLogGroupName(this, `Existing${name}`, name);
    return new LogGroup(this, `LogGroup${name}`, {
      logGroupName: name,
      retention: props.retention,
      removalPolicy: props.removalPolicy,
    });
  }
}

/** Jails by log group, both in a stable order, so that the template doesn't change with the order of jail.local. */
function readersByLogGroup(jails: readonly CompiledJail[]): [string, CompiledJail[]][] {
  const readers = new Map<string, CompiledJail[]>();
  for (const jail of jails) {
    for (const name of new Set(jail.loggroups)) {
      if (!LOG_GROUP_NAME.test(name)) {
        throw new ConfigurationError(
          `jail '${jail.name}': log group '${name}' is not a name CloudWatch Logs accepts; allowed: up to 512 of A-Z a-z 0-9 . - _ / #`,
        );
      }
      readers.set(name, [...(readers.get(name) ?? []), jail]);
    }
  }
  return [...readers].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A matcher subscribed to what cloudjail's functions log would feed itself without end, and be billed for it. */
function refuseLoops(jails: readonly CompiledJail[], ownPrefix: string): void {
  for (const jail of jails) {
    for (const name of jail.loggroups) {
      if (!name.startsWith(ownPrefix)) continue;
      throw new ConfigurationError(
        `jail '${jail.name}': log group '${name}' holds what cloudjail's own functions write, so reading it would feed the ` +
          `matcher its own output without end; allowed: any log group that does not begin with ${ownPrefix}`,
      );
    }
  }
}
