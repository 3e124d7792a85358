import { createHash } from 'node:crypto';
import { Arn, ArnFormat, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ConfigurationError } from '../settings/configuration-error.ts';
import { visible } from './waf-rule-group.ts';

export interface WafWebAclProps {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly ruleGroupArn: string;
  /** ARNs of the regional resources to protect. */
  readonly attach: readonly string[];
}

/**
 * A web ACL that allows all addresses except the banned ones, for resources that have none. A web
 * ACL with other rules should reference the rule group instead.
 *
 * A resource has one web ACL at most, and attaching this one replaces another without a warning
 * (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
 */
export class WafWebAcl extends Construct {
  /** @throws {ConfigurationError} for resources to which it can't be attached */
  constructor(scope: Construct, id: string, props: WafWebAclProps) {
    super(scope, id);
    refuseToAttach(Stack.of(this), props);
    const { stackName } = Stack.of(this);
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      name: stackName,
      description: 'Allows all addresses except those banned by cloudjail',
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visible(`${stackName}-web-acl`),
      rules: [
        {
          name: stackName,
          priority: 0,
          statement: { ruleGroupReferenceStatement: { arn: props.ruleGroupArn } },
          overrideAction: { none: {} },
          visibilityConfig: visible(stackName),
        },
      ],
    });
    webAcl.overrideLogicalId('WebAcl');
    new CfnOutput(this, 'WebAclArn', { value: webAcl.attrArn }).overrideLogicalId('WebAclArn');
    this.attach(webAcl.attrArn, props.attach);
  }

  /**
   * Attaches one after the other, because AssociateWebACL allows a call every two seconds (AWS WAF
   * quotas).
   */
  private attach(webAclArn: string, arns: readonly string[]): void {
    let former: CfnWebACLAssociation | undefined;
    for (const resourceArn of arns) {
      // Named after the resource, because a resource that only moves in the list must not be
      // created anew: deleting the old association would detach it.
      const id = `WebAclOf${createHash('sha256').update(resourceArn).digest('hex').slice(0, 12)}`;
      const association = new CfnWebACLAssociation(this, id, { resourceArn, webAclArn });
      association.overrideLogicalId(id);
      if (former) association.addResourceDependency(former);
      former = association;
    }
  }
}

function refuseToAttach({ region }: Stack, { scope, attach }: WafWebAclProps): void {
  if (attach.length === 0) return;
  if (scope === 'CLOUDFRONT') {
    throw mistake(
      `names ${attach[0]}, but scope is "CLOUDFRONT"; allowed: nothing. A distribution names its web ACL ` +
        'itself: deploy with "webAcl": {} and give ' +
        'the distribution the output WebAclArn',
    );
  }
  const regions = [...new Set(attach.map(regionOf))];
  if (regions.length > 1)
    throw mistake(`names resources in ${regions.join(' and ')}; allowed: those in the stack's Region`);
  if (!Token.isUnresolved(region) && regions[0] !== region) {
    throw mistake(`names resources in ${regions[0]}, but the stack goes to ${region}; allowed: those in ${region}`);
  }
}

function regionOf(arn: string): string {
  return Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).region ?? '';
}

function mistake(text: string): ConfigurationError {
  return new ConfigurationError(`cdk.json: context.cloudjail.waf.webAcl.attach ${text}`);
}
