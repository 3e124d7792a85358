import { Annotations, ArnFormat, Aws, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, LogGroup, type RetentionDays, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { readsByPrefix } from '../../core/compile/log-group-readers.ts';
import { isLogGroupName } from '../../core/compile/log-groups.ts';
import { subscriptionPattern, whyAllEvents } from '../../core/literals/subscription-pattern.ts';
import { OWN_LOG_GROUPS } from '../../core/names.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { ConfigurationError } from '../settings/configuration-error.ts';
import { subscriptionName } from './subscription-name.ts';

/**
 * The stack creates log groups under this prefix: the agents write the files of `logpath` there.
 * Any other log group must exist.
 */
const OWN_PREFIX = '/cloudjail/';

export interface LogIntakeProps {
  readonly jails: readonly CompiledJail[];
  readonly matcher: IFunction;
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Log groups below `/cloudjail/` that exist already, by name or by prefix with an asterisk. */
  readonly existing: readonly string[];
}

/**
 * The log groups the jails read by name, each with one subscription to the matcher. Those that a
 * prefix covers too are left to the subscriber.
 */
export class LogIntake extends Construct {
  /** Constructs that must exist before anything is subscribed to. */
  readonly ready: IDependable;

  constructor(scope: Construct, id: string, props: LogIntakeProps) {
    super(scope, id);
    refuseLoops(props.jails);
    const permission = this.permit(props.matcher);
    const created: LogGroup[] = [];
    for (const [name, jails] of readersByLogGroup(props.jails)) {
      const logGroup = isOurs(name, props.existing) ? this.create(name, props) : undefined;
      if (logGroup) created.push(logGroup);
      if (props.jails.some((jail) => readsByPrefix(jail, name))) continue;
      const subscription = new SubscriptionFilter(this, `Subscription${name}`, {
        filterName: subscriptionName(Stack.of(this).stackName),
        logGroup: logGroup ?? this.existing(name),
        destination: new LambdaDestination(props.matcher, { addPermissions: false }),
        filterPattern: FilterPattern.literal(this.pattern(name, jails)),
      });
      subscription.node.addDependency(permission);
    }
    this.ready = new DependencyGroup(permission, ...created);
  }

  private pattern(name: string, jails: readonly CompiledJail[]): string {
    sayWhatCosts(this, name, jails);
    return subscriptionPattern(jails.map(({ match }) => match));
  }

  /**
   * One statement covers all log groups, because a function's resource policy is limited in size
   * and the number of jails is not.
   */
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

  private create(name: string, props: LogIntakeProps): LogGroup {
    return new LogGroup(this, `LogGroup${name}`, {
      logGroupName: name,
      retention: props.retention,
      removalPolicy: props.removalPolicy,
    });
  }

  private existing(name: string): ILogGroup {
    return LogGroup.fromLogGroupName(this, `Existing${name}`, name);
  }
}

/** Informs the operator where a filter pattern matches everything. */
export function sayWhatCosts(scope: Construct, logGroup: string, jails: readonly CompiledJail[]): void {
  const why = whyAllEvents(jails);
  if (why === undefined) return;
  Annotations.of(scope).addInfo(
    `log group ${logGroup}: all its events go to the matcher, since ${why}; nothing is missed, but the matcher ` +
      'runs, and is ' +
      'paid for, with all that is written there',
  );
}

function isOurs(name: string, existing: readonly string[]): boolean {
  if (!name.startsWith(OWN_PREFIX)) return false;
  return !existing.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
}

/**
 * Jails by log group, both in a stable order, so that the template does not change with the order
 * of jail.local.
 */
function readersByLogGroup(jails: readonly CompiledJail[]): [string, CompiledJail[]][] {
  const readers = new Map<string, CompiledJail[]>();
  for (const jail of jails) {
    for (const name of new Set(jail.loggroups)) {
      if (!isLogGroupName(name)) {
        throw new ConfigurationError(
          `jail '${jail.name}': log group '${name}' is not a name CloudWatch Logs accepts; allowed: up to 512 ` +
            'of A-Z a-z 0-9 . - _ / #',
        );
      }
      readers.set(name, [...(readers.get(name) ?? []), jail]);
    }
  }
  return [...readers].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * A matcher subscribed to the logs of cloudjail's functions would feed itself without end, at a
 * cost; two stacks would feed each other.
 */
function refuseLoops(jails: readonly CompiledJail[]): void {
  for (const { name: jail, loggroups, logGroupPrefixes = [] } of jails) {
    for (const name of [...loggroups, ...logGroupPrefixes.map((prefix) => `${prefix}*`)]) {
      if (!name.startsWith(OWN_LOG_GROUPS)) continue;
      throw new ConfigurationError(
        `jail '${jail}': log group '${name}' holds what cloudjail's own functions write, so reading it would ` +
          'feed the ' +
          `matcher its own output without end; allowed: any log group that does not begin with ${OWN_LOG_GROUPS}`,
      );
    }
  }
}
