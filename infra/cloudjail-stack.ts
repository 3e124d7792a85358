import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CompiledJails } from '../core/records/compiled-jail.ts';
import { Cloudjail } from './cloudjail.ts';
import type { Settings } from './settings/settings.ts';
import { refuseTooManyResources } from './stack-limits.ts';
import { CLOUDFRONT_REGION } from './targets/enforcement.ts';

export interface CloudjailStackProps {
  readonly settings: Settings;
  readonly jails: CompiledJails;
}

/**
 * One {@link Cloudjail} in a stack that fits any account, and any Region unless CloudFront calls
 * for one.
 */
export class CloudjailStack extends Stack {
  constructor(scope: Construct, props: CloudjailStackProps) {
    const { settings } = props;
    super(scope, settings.stackName, {
      stackName: settings.stackName,
      description: 'cloudjail: Fail2ban for AWS',
      ...(settings.scope === 'CLOUDFRONT' ? { env: { region: CLOUDFRONT_REGION } } : {}),
    });
    for (const [key, value] of Object.entries(settings.tags ?? {})) Tags.of(this).add(key, value);
    new Cloudjail(this, 'Cloudjail', {
      jails: props.jails,
      scope: settings.scope,
      removalPolicy: settings.removalPolicy === 'RETAIN' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      logRetention: settings.logRetentionDays,
      existingLogGroups: settings.existingLogGroups,
      kmsKey: settings.kmsKey,
      neverBan: settings.neverBan,
      targets: settings,
      onManualRemoval: settings.onManualRemoval,
      alarmTopicArn: settings.alarmTopicArn,
      criticalTopicArn: settings.criticalTopicArn,
      runbookUrl: settings.runbookUrl,
    });
    bound(this, settings.permissionsBoundary);
    refuseTooManyResources(this, props.jails.jails);
  }
}

function bound(stack: Stack, policyArn: string | undefined): void {
  if (policyArn === undefined) return;
  for (const one of stack.node.findAll()) if (CfnRole.isCfnRole(one)) one.permissionsBoundary = policyArn;
}
