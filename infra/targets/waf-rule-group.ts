import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnRuleGroup } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ConfigurationError } from '../settings/configuration-error.ts';
import type { WafSettings } from '../settings/waf-settings.ts';

/**
 * References a rule group may hold
 * (https://docs.aws.amazon.com/waf/latest/developerguide/limits.html); fixed.
 */
const MOST_REFERENCES = 50;

/**
 * Web ACL capacity units set aside. They can't be changed later, and a group that a web ACL
 * references can't be replaced. So the number is enough for every group that {@link
 * refuseImpossibleRuleGroup} accepts: 25 sets by the origin, 1 each, and again by any address of a
 * header, 5 each
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-ipset-match.html).
 */
const CAPACITY = 150;

/**
 * The label of every matched request, after `awswaf:<account>:rulegroup:<name>:`, for later rules
 * and for logs.
 */
const LABEL = 'cloudjail:banned';

export interface WafRuleGroupProps {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly setArns: readonly string[];
  readonly settings: WafSettings;
}

/**
 * The rule group of the IP sets, to be referenced from a web ACL: requests whose origin is banned,
 * and, where a proxy stands before the protected resource, requests on behalf of a banned address.
 *
 * A rule with a header does not check the origin
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-forwarded-ip-address.html),
 * so there is one for each. Name, scope and capacity are frozen: a change would replace the group,
 * which fails while a web ACL references it.
 */
export class WafRuleGroup extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WafRuleGroupProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const group = new CfnRuleGroup(this, 'RuleGroup', {
      name: `${stackName}-banned`,
      description: 'Requests of addresses banned by cloudjail',
      scope: props.scope,
      capacity: CAPACITY,
      visibilityConfig: visible(`${stackName}-rule-group`),
      rules: rulesOf(stackName, props),
    });
    group.overrideLogicalId('RuleGroup');
    this.arn = group.attrArn;
    this.tell();
    if (props.settings.forwardedIp?.position === 'FIRST') this.warnOfFirst();
  }

  private tell(): void {
    const { stackName } = Stack.of(this);
    const outputs = {
      RuleGroupArn: { description: 'The rule group that matches banned addresses, for your web ACL', value: this.arn },
      WebAclRule: {
        description: 'A rule for your web ACL that references it',
        value: Stack.of(this).toJsonString(ruleFor(stackName, this.arn)),
      },
    };
    for (const [name, output] of Object.entries(outputs)) new CfnOutput(this, name, output).overrideLogicalId(name);
  }

  private warnOfFirst(): void {
    Annotations.of(this).addWarningV2(
      'cloudjail:forwardedIpFirst',
      'waf.forwardedIp.position is "FIRST": that address is whatever the client wrote, so a banned one can ' +
        'write another. It is right only ' +
        'where the first proxy throws away the header that clients send. With one proxy before the protected ' +
        'resource take "LAST", with ' +
        'several "ANY"',
    );
  }
}

/** The rule by which a web ACL references the group, as the WAFV2 API takes it. */
function ruleFor(stackName: string, arn: string) {
  return {
    Name: stackName,
    Priority: 0,
    Statement: { RuleGroupReferenceStatement: { ARN: arn } },
    OverrideAction: { None: {} },
    VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: stackName },
  };
}

function rulesOf(stackName: string, { setArns, settings }: WafRuleGroupProps): CfnRuleGroup.RuleProperty[] {
  const rule = (name: string, priority: number, statements: CfnRuleGroup.StatementProperty[]) => ({
    name,
    priority,
    statement: { orStatement: { statements } },
    action: actionOf(settings),
    ruleLabels: [{ name: LABEL }],
    visibilityConfig: visible(`${stackName}-${name}`),
  });
  const rules = [
    rule(
      'origin',
      0,
      setArns.map((arn) => ({ ipSetReferenceStatement: { arn } })),
    ),
  ];
  if (settings.forwardedIp) {
    const { header: headerName, position, fallback: fallbackBehavior } = settings.forwardedIp;
    const ipSetForwardedIpConfig = { headerName, position, fallbackBehavior };
    const statements = setArns.map((arn) => ({ ipSetReferenceStatement: { arn, ipSetForwardedIpConfig } }));
    rules.push(rule('forwarded', 1, statements));
  }
  return rules;
}

function actionOf({ action = 'block', responseCode }: WafSettings): CfnRuleGroup.RuleActionProperty {
  switch (action) {
    case 'block':
      // CDK passes these unchanged, so they use CloudFormation's spelling.
      return { block: responseCode === undefined ? {} : { CustomResponse: { ResponseCode: responseCode } } };
    case 'count':
      return { count: {} };
    case 'captcha':
      return { captcha: {} };
    case 'challenge':
      return { challenge: {} };
  }
}

/** Metrics in CloudWatch under this name, and samples of the requests in the console. */
export function visible(metricName: string) {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}

/** @throws {ConfigurationError} naming every contradiction in these settings */
export function refuseImpossibleRuleGroup(settings: WafSettings): void {
  const { ipv4Sets, ipv6Sets, forwardedIp } = settings;
  const mistakes: string[] = [];
  if (settings.ruleGroup === false) {
    const its = (['action', 'responseCode', 'forwardedIp', 'webAcl'] as const).filter((key) => settings[key]);
    if (its.length > 0) {
      mistakes.push(
        `ruleGroup is false, so there is nothing for ${its.join(', ')}; allowed: leave it out, or leave them out`,
      );
    }
  } else {
    const references = (ipv4Sets + ipv6Sets) * (forwardedIp ? 2 : 1);
    if (references > MOST_REFERENCES) {
      mistakes.push(
        `${ipv4Sets} + ${ipv6Sets} IP sets${forwardedIp ? ', each by origin and by header,' : ''} are ` +
          `${references} references; ` +
          `allowed: ${MOST_REFERENCES} in a rule group (AWS WAF quotas), or "ruleGroup": false and rules of your own`,
      );
    }
  }
  if (settings.responseCode !== undefined && (settings.action ?? 'block') !== 'block') {
    mistakes.push(`responseCode is for blocked requests, and action is "${settings.action}"; allowed: one of them`);
  }
  if (mistakes.length > 0) {
    throw new ConfigurationError(mistakes.map((mistake) => `cdk.json: context.cloudjail.waf: ${mistake}`).join('\n'));
  }
}
