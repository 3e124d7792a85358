import { createHash } from 'node:crypto';
import { ArnFormat, CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import { leastPrefixes } from '../../core/compile/log-group-readers.ts';
import { ENV, PREFIX_PROPERTY } from '../../core/names.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { sayWhatCosts } from '../intake/log-intake.ts';
import { prefixSubscriptionName } from '../intake/subscription-name.ts';
import { ConfigurationError } from '../settings/configuration-error.ts';
import type { Tables } from '../tables.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { CloudjailFunction } from './function.ts';
import { EveryMinute } from './schedule.ts';

export interface SubscriberProps {
  readonly tables: Tables;
  readonly jails: readonly CompiledJail[];
  /** Path of the compiled jails. */
  readonly jailsFile: string;
  readonly logRetention: RetentionDays;
  /** ARN of the matcher. */
  readonly matcher: string;
  /** Constructs that must exist before the first log group is subscribed to. */
  readonly after: IDependable;
}

/** Characters of a policy per prefix, without the prefix itself. */
const LENGTH_OF_RIGHTS = 280;
/**
 * IAM quotas: 10,240 characters in all inline policies of a role, part of which the function's
 * other rights use.
 */
const LONGEST_RIGHTS = 9_000;

/** CloudFormation's ServiceTimeout, longer than the function's timeout. */
const PATIENCE = Duration.minutes(16);

/**
 * The subscriber: keeps the matcher subscribed to the log groups whose names begin with the jails'
 * prefixes, including later ones. CloudFormation can't create these filters, because it must know
 * every log group at deployment.
 *
 * Each prefix is a resource of its own, with its own rights: when it leaves the configuration,
 * CloudFormation makes the function remove the filters while it still has the rights.
 *
 * @throws {ConfigurationError} when there are too many prefixes
 */
export class Subscriber extends Construct {
  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { attempts } = props.tables;
    const { stackName } = Stack.of(this);
    const subscriber = new CloudjailFunction(this, 'Function', {
      name: 'subscriber',
      description: 'cloudjail: subscribes the matcher to the log groups that jails read by prefix',
      environment: {
        [ENV.attemptsTable]: attempts.tableName,
        [ENV.jailsFile]: JAILS_FILE,
        [ENV.matcher]: props.matcher,
        [ENV.subscriptionFilter]: prefixSubscriptionName(stackName),
      },
      fileBesideCode: props.jailsFile,
      memorySize: 256,
      // A scheduled run takes one minute; removing the filters of thousands of log groups takes
      // longer, at a few calls a second.
      timeout: Duration.minutes(15),
      logRetention: props.logRetention,
    });
    // It writes its report and the backfiller's orders.
    subscriber.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [attempts.tableArn]);
    // A listing is requested by prefix, but permitted for all log groups or for none
    // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html).
    subscriber.allow(['logs:DescribeLogGroups'], [this.logGroups('*')]);
    this.acknowledge('*', 'Listing log groups by prefix requires the right to list all of them.');
    subscriber.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(10) });
    const schedule = new EveryMinute(this, 'Schedule', {
      description: 'cloudjail: subscribes the matcher to new log groups that jails read by prefix',
      handler: subscriber,
    });
    const prefixes = leastPrefixes(props.jails);
    refuseTooMany(prefixes);
    for (const prefix of prefixes) {
      const readers = props.jails.filter(({ logGroupPrefixes = [] }) =>
        logGroupPrefixes.some((one) => one.startsWith(prefix)),
      );
      sayWhatCosts(this, `${prefix}*`, readers);
      const resource = this.prefix(prefix, subscriber, props.jails);
      resource.node.addDependency(props.after);
      // At the end of the stack nothing is then subscribed to again.
      schedule.node.addDependency(resource);
    }
  }

  private prefix(prefix: string, subscriber: CloudjailFunction, jails: readonly CompiledJail[]): CustomResource {
    const rights = new Policy(this, `Rights${prefix}`, {
      statements: [
        new PolicyStatement({
          actions: ['logs:DescribeSubscriptionFilters', 'logs:PutSubscriptionFilter', 'logs:DeleteSubscriptionFilter'],
          resources: [this.logGroups(`${prefix}*`)],
        }),
      ],
      ...(subscriber.role && { roles: [subscriber.role] }),
    });
    this.acknowledge(`${prefix}*`, 'The operator reads all log groups of this prefix, including later ones.');
    const resource = new CustomResource(this, `Prefix${prefix}`, {
      resourceType: 'Custom::SubscribedLogGroups',
      serviceToken: subscriber.functionArn,
      serviceTimeout: PATIENCE,
      properties: { [PREFIX_PROPERTY]: prefix, Jails: digest(jails) },
    });
    resource.node.addDependency(rights);
    return resource;
  }

  private logGroups(name: string): string {
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private acknowledge(name: string, reason: string): void {
    const arn = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${name}`;
    Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason });
  }
}

/** CDK splits a long policy into several, but only where all statements are in one. */
function refuseTooMany(prefixes: readonly string[]): void {
  const length = prefixes.reduce((sum, prefix) => sum + prefix.length + LENGTH_OF_RIGHTS, 0);
  if (length <= LONGEST_RIGHTS) return;
  throw new ConfigurationError(
    `the jails read log groups by ${prefixes.length} prefixes, and the rights to them take ${length} ` +
      `characters; allowed: ${LONGEST_RIGHTS} (an ` +
      'IAM quota), which shorter or fewer prefixes would meet, such as one that several share',
  );
}

/**
 * Changes with the inputs of the filters, so that a deployment that changes them updates the
 * filters at once.
 */
function digest(jails: readonly CompiledJail[]): string {
  const reading = jails.map(({ name, loggroups, logGroupPrefixes, match }) => [
    ...[name, loggroups, logGroupPrefixes, match.patternTerms],
  ]);
  return createHash('sha256').update(JSON.stringify(reading)).digest('hex').slice(0, 16);
}
