import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CloudjailStack } from '../../infra/cloudjail-stack.ts';
import { readSettings } from '../../infra/settings/settings.ts';
import { compiled, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

/**
 * The properties by which things get the names that they have in an account and Region;
 * CloudFormation makes up the others.
 */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::QueryDefinition': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::WAFv2::IPSet': 'Name',
  'AWS::WAFv2::RuleGroup': 'Name',
  'AWS::WAFv2::WebACL': 'Name',
};
/** What has no name of its own, or one within something else. */
const NAMELESS =
  /^(?:AWS::IAM::Policy|AWS::Lambda::(?:Permission|EventInvokeConfig|EventSourceMapping)|AWS::Logs::SubscriptionFilter|AWS::(?:SQS::Queue|S3::Bucket)Policy|AWS::WAFv2::WebACLAssociation|Custom::\w+)$/;

/** `type name` of what has a name that is not made up when it is deployed. */
function physicalNames(template: Template): readonly string[] {
  const resources = Object.values(
    template.toJSON()['Resources'] as Record<string, { Type: string; Properties?: Record<string, unknown> }>,
  );
  return resources.flatMap(({ Type, Properties = {} }) => {
    const property = NAMES[Type];
    if (property === undefined && !NAMELESS.test(Type)) throw new Error(`what gives ${Type} its name?`);
    const name = property === undefined ? undefined : Properties[property];
    return name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`];
  });
}

const jails = [testJail({ logGroupPrefixes: ['/aws/ecs/'] })];

function twoStacks(second: Readonly<Record<string, unknown>>): readonly Template[] {
  const others = STACK_FIXTURES['everything'] ?? {};
  const { app, stack } = testStack({
    jails,
    settings: others,
    before: (app) => {
      new CloudjailStack(app, { settings: readSettings({ ...others, ...second }), jails: compiled(...jails) });
    },
  });
  return [stack, app.node.findChild('cloudjail-staging') as CloudjailStack].map((one) => Template.fromStack(one));
}

describe('two stacks in one account', { timeout: 30_000 }, () => {
  const settings = { stackName: 'cloudjail-staging', existingLogGroups: ['/cloudjail/*'] };

  it('share no name', () => {
    const [first = [], second = []] = twoStacks(settings).map(physicalNames);
    const kinds = new Set(first.map((name) => name.split(' ')[0]));
    for (const type of ['WAFv2::IPSet', 'Logs::LogGroup', 'CloudWatch::Alarm', 'CloudWatch::Dashboard']) {
      expect(kinds).toContain(`AWS::${type}`);
    }
    expect(first.filter((name) => second.includes(name))).toEqual([]);
  });

  it('would both make the log group of a logpath, unless one knows that it exists', () => {
    const [first = [], second = []] = twoStacks({ ...settings, existingLogGroups: [] }).map(physicalNames);
    expect(first.filter((name) => second.includes(name))).toEqual([
      'AWS::Logs::LogGroup "/cloudjail/var/log/auth.log"',
    ]);
  });

  it('each have a filter of their own on a log group that both read', () => {
    const names = twoStacks(settings).map((template) =>
      Object.values(template.findResources('AWS::Logs::SubscriptionFilter')).map((one) => one['Properties'].FilterName),
    );
    expect(names).toEqual([['cloudjail-matcher'], ['cloudjail-staging-matcher']]);
  });
});
