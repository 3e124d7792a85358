import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CompiledJails } from '../core/filter/compiled-jail.ts';
import { Cloudjail } from './cloudjail.ts';
import { CLOUDFRONT_REGION } from './enforcement.ts';
import type { Settings } from './settings.ts';

/** The stack's name and id. IP sets and log groups carry it, so it never changes. */
const STACK_NAME = 'cloudjail';

export interface CloudjailStackProps {
  readonly settings: Settings;
  readonly jails: CompiledJails;
}

/** One {@link Cloudjail} in a stack that fits any account, and any Region unless CloudFront calls for one. */
export class CloudjailStack extends Stack {
  constructor(scope: Construct, props: CloudjailStackProps) {
    const { settings } = props;
    super(scope, STACK_NAME, {
      stackName: STACK_NAME,
      description: 'cloudjail: Fail2ban for AWS',
      ...(settings.scope === 'CLOUDFRONT' ? { env: { region: CLOUDFRONT_REGION } } : {}),
    });
    for (const [key, value] of Object.entries(settings.tags ?? {})) Tags.of(this).add(key, value);
    new Cloudjail(this, 'Cloudjail', {
      jails: props.jails,
      scope: settings.scope,
      removalPolicy: settings.removalPolicy === 'RETAIN' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      logRetention: settings.logRetentionDays,
      neverBan: settings.neverBan,
      targets: settings,
      onManualRemoval: settings.onManualRemoval,
      alarmTopicArn: settings.alarmTopicArn,
      criticalTopicArn: settings.criticalTopicArn,
      runbookUrl: settings.runbookUrl,
    });
  }
}
