import { CfnOutput, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../core/names.ts';
import { ConfigurationError } from '../settings/configuration-error.ts';
import type { WafSettings } from '../settings/waf-settings.ts';
import type { TargetAccess } from './target-access.ts';
import { refuseImpossibleRuleGroup, WafRuleGroup } from './waf-rule-group.ts';
import { warnOfStackTags } from './waf-stack-tags.ts';
import { WafWebAcl } from './waf-web-acl.ts';

/** The only Region with CLOUDFRONT-scoped IP sets. */
export const CLOUDFRONT_REGION = 'us-east-1';

/** A family may have several sets, because one holds 10,000 addresses. */
export interface EnforcementProps extends WafSettings {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
}

/** The data of an IP set that the functions need. */
export interface IpSet {
  /** `name|id|scope`, what Ref of an AWS::WAFv2::IPSet returns. */
  readonly ref: string;
  readonly arn: string;
}

/**
 * WAF IP sets for IPv4 and for IPv6, all frozen, the rule group that references them, and a web ACL
 * where the settings ask for one.
 *
 * CloudFormation's handler for AWS::WAFv2::IPSet sends the template's `Addresses` whenever any
 * property of the set differs, so a changed description or tag would lift every ban until the next
 * reconciliation. Hence: constant logical id, name and description, and {@link CfnResource} in
 * place of CfnIPSet, because it has no tags for `Tags.of(app).add` to reach.
 */
export class Enforcement extends Construct {
  readonly ipv4: readonly IpSet[];
  readonly ipv6: readonly IpSet[];
  readonly access: TargetAccess;

  /** @throws {ConfigurationError} when the settings contradict each other or the stack's Region */
  constructor(scope: Construct, id: string, props: EnforcementProps) {
    super(scope, id);
    this.refuseWrongRegion(props.scope);
    refuseImpossibleRuleGroup(props);
    warnOfStackTags(this);
    const ipv4 = this.ipSets('IPV4', props.ipv4Sets, props.scope);
    const ipv6 = this.ipSets('IPV6', props.ipv6Sets, props.scope);
    oneAfterTheOther([...ipv4, ...ipv6]);
    this.ipv4 = ipv4.map(identify);
    this.ipv6 = ipv6.map(identify);
    this.access = {
      name: 'waf',
      environment: { [ENV.wafIpv4Sets]: refsOf(this.ipv4), [ENV.wafIpv6Sets]: refsOf(this.ipv6) },
      grants: [
        {
          actions: ['wafv2:GetIPSet', 'wafv2:UpdateIPSet'],
          resources: [...this.ipv4, ...this.ipv6].map(({ arn }) => arn),
        },
      ],
    };
    if (props.ruleGroup !== false) this.ruleGroup(props);
  }

  private ruleGroup(settings: EnforcementProps): void {
    const setArns = [...this.ipv4, ...this.ipv6].map(({ arn }) => arn);
    const { arn } = new WafRuleGroup(this, 'RuleGroup', { scope: settings.scope, setArns, settings });
    const { webAcl } = settings;
    if (webAcl) new WafWebAcl(this, 'WebAcl', { scope: settings.scope, ruleGroupArn: arn, attach: webAcl.attach });
  }

  /** The first set of a family keeps the names from when it was the only one. */
  private ipSets(family: 'IPV4' | 'IPV6', count: number, scope: string): readonly CfnResource[] {
    return Array.from({ length: count }, (_, i) => this.ipSet(family, i === 0 ? '' : String(i + 1), scope));
  }

  private ipSet(family: 'IPV4' | 'IPV6', number: string, scope: string): CfnResource {
    const logicalId = `${family === 'IPV4' ? 'Ipv4Set' : 'Ipv6Set'}${number}`;
    const set = new CfnResource(this, logicalId, {
      type: 'AWS::WAFv2::IPSet',
      properties: {
        Name: `${Stack.of(this).stackName}-${family.toLowerCase()}${number && `-${number}`}`,
        Description: 'Addresses banned by cloudjail, kept by its banner',
        Scope: scope,
        IPAddressVersion: family,
        Addresses: [],
      },
    });
    set.overrideLogicalId(logicalId);
    const output = new CfnOutput(this, `${logicalId}Arn`, { value: set.getAtt('Arn').toString() });
    output.overrideLogicalId(`${logicalId}Arn`);
    return set;
  }

  private refuseWrongRegion(scope: string): void {
    const { region } = Stack.of(this);
    if (scope !== 'CLOUDFRONT' || Token.isUnresolved(region) || region === CLOUDFRONT_REGION) return;
    throw new ConfigurationError(
      `scope is "CLOUDFRONT" but the stack goes to ${region}; allowed: ${CLOUDFRONT_REGION}, where CloudFront's ` +
        'IP sets live',
    );
  }
}

/**
 * CreateIPSet is limited to one call a second in an account and Region, so CloudFormation must not
 * start two at once.
 */
function oneAfterTheOther(sets: readonly CfnResource[]): void {
  for (const [i, set] of sets.entries()) {
    const former = sets[i - 1];
    if (former) set.addResourceDependency(former);
  }
}

function identify(set: CfnResource): IpSet {
  return { ref: set.ref, arn: set.getAtt('Arn').toString() };
}

function refsOf(sets: readonly IpSet[]): string {
  return sets.map(({ ref }) => ref).join(' ');
}
