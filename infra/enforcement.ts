import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';

/** The only Region that knows CLOUDFRONT-scoped IP sets. */
export const CLOUDFRONT_REGION = 'us-east-1';

export interface EnforcementProps {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
}

/** An IP set as the functions need it. */
export interface IpSet {
  /** `name|id|scope`, what Ref of an AWS::WAFv2::IPSet returns. */
  readonly ref: string;
  readonly arn: string;
}

/**
 * One IPv4 and one IPv6 WAF IP set, both frozen.
 *
 * CloudFormation's handler for AWS::WAFv2::IPSet sends the template's `Addresses` whenever any property of the set differs,
 * so a changed description or tag would lift every ban until the next reconciliation. Hence: constant logical id, name and
 * description, and {@link CfnResource} in place of CfnIPSet, because it has no tags for `Tags.of(app).add` to reach.
 */
export class Enforcement extends Construct {
  readonly ipv4: IpSet;
  readonly ipv6: IpSet;

  constructor(scope: Construct, id: string, props: EnforcementProps) {
    super(scope, id);
    this.refuseWrongRegion(props.scope);
    const ipv4 = this.ipSet('IPV4', props.scope);
    const ipv6 = this.ipSet('IPV6', props.scope);
    // CreateIPSet is limited to one call a second in an account and Region, so CloudFormation must not start both at once.
    ipv6.addResourceDependency(ipv4);
    this.ipv4 = identify(ipv4);
    this.ipv6 = identify(ipv6);
  }

  private ipSet(family: 'IPV4' | 'IPV6', scope: string): CfnResource {
    const logicalId = family === 'IPV4' ? 'Ipv4Set' : 'Ipv6Set';
    const set = new CfnResource(this, logicalId, {
      type: 'AWS::WAFv2::IPSet',
      properties: {
        Name: `${Stack.of(this).stackName}-${family.toLowerCase()}`,
        Description: 'Addresses banned by cloudjail, kept by its banner',
        Scope: scope,
        IPAddressVersion: family,
        Addresses: [],
      },
    });
    set.overrideLogicalId(logicalId);
    return set;
  }

  private refuseWrongRegion(scope: string): void {
    const { region } = Stack.of(this);
    if (scope !== 'CLOUDFRONT' || Token.isUnresolved(region) || region === CLOUDFRONT_REGION) return;
    throw new ConfigurationError(
      `scope is "CLOUDFRONT" but the stack goes to ${region}; allowed: ${CLOUDFRONT_REGION}, where CloudFront's IP sets live`,
    );
  }
}

function identify(set: CfnResource): IpSet {
  return { ref: set.ref, arn: set.getAtt('Arn').toString() };
}
