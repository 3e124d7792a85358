import { CfnOutput, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { CompiledJails } from '../core/records/compiled-jail.ts';
import { encryptWith } from './encryption.ts';
import { Backfiller } from './functions/backfiller.ts';
import { Banner, type BannerProps } from './functions/banner.ts';
import { writeJailsFile } from './functions/compiled-jails-file.ts';
import { Expirer } from './functions/expirer.ts';
import { Lookout } from './functions/lookout.ts';
import { Matcher } from './functions/matcher.ts';
import { Subscriber } from './functions/subscriber.ts';
import { LogIntake } from './intake/log-intake.ts';
import type { Settings } from './settings/settings.ts';
import type { TargetSettings } from './settings/target-settings.ts';
import { Tables } from './tables.ts';
import { Blocklist } from './targets/blocklist.ts';
import { ec2Targets } from './targets/ec2-targets.ts';
import { Enforcement } from './targets/enforcement.ts';
import type { TargetAccess } from './targets/target-access.ts';
import { Alarms } from './watch/alarms.ts';
import { Dashboard } from './watch/dashboard.ts';

export interface CloudjailProps {
  /** The enabled jails, compiled. */
  readonly jails: CompiledJails;
  /** Scope of the IP sets; CLOUDFRONT sets must be in us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Removal policy of tables, log groups and the blocklist's bucket: RETAIN or DESTROY. */
  readonly removalPolicy: RemovalPolicy;
  /** Retention of the servers' log groups and the functions' own. */
  readonly logRetention: RetentionDays;
  /** Addresses and ranges that no jail may ban, beside each jail's own `ignoreip`. */
  readonly neverBan?: readonly string[];
  /** See `Settings`. */
  readonly kmsKey?: Settings['kmsKey'];
  /** See `Settings`. */
  readonly existingLogGroups?: Settings['existingLogGroups'];
  /** The targets of bans. */
  readonly targets: TargetSettings;
  /** See `Settings`. */
  readonly onManualRemoval?: Settings['onManualRemoval'];
  /** See `Settings`. */
  readonly alarmTopicArn?: Settings['alarmTopicArn'];
  /** See `Settings`. */
  readonly criticalTopicArn?: Settings['criticalTopicArn'];
  /** See `Settings`. */
  readonly runbookUrl?: Settings['runbookUrl'];
}

/**
 * Fail2ban for AWS: log groups → matcher → bans table → banners → firewalls, the expirer that lifts
 * bans, and the lookout that finds the addresses that must not be banned.
 *
 * Put one in a stack, and reference its rule group from a web ACL, or let it create one; the
 * outputs have their names. Firewalls in EC2 are the operator's own.
 */
export class Cloudjail extends Construct {
  readonly tables: Tables;
  /** The IP sets; `undefined` for a stack without them. */
  readonly enforcement: Enforcement | undefined;

  /**
   * @throws {ConfigurationError} when a jail reads a forbidden or invalid log group, or the
   *   targets' settings are invalid
   */
  constructor(scope: Construct, id: string, props: CloudjailProps) {
    super(scope, id);
    const { logRetention, removalPolicy, targets } = props;
    const { jails } = props.jails;
    const jailsFile = writeJailsFile(this, sparing(props.neverBan ?? [], props.jails));
    const tables = new Tables(this, 'Tables', { removalPolicy });
    const enforcement = targets.waf
      ? new Enforcement(this, 'Enforcement', { scope: props.scope, ...targets.waf })
      : undefined;
    const blocklist = targets.blocklist
      ? new Blocklist(this, 'Blocklist', { settings: targets.blocklist, removalPolicy })
      : undefined;
    const matcher = new Matcher(this, 'Matcher', { tables, jails, jailsFile, logRetention });
    const onManualRemoval = props.onManualRemoval ?? 'reban';
    this.banner('Banner', [enforcement?.access, blocklist?.access], {
      name: 'banner',
      timeout: Duration.minutes(1),
      onManualRemoval,
      tables,
      jailsFile,
      logRetention,
    });
    this.banner('Ec2Banner', ec2Targets(this, targets, tables.attempts.tableArn), {
      // A prefix list may be busy with its last change for half a minute, and there may be several.
      name: 'ec2-banner',
      timeout: Duration.minutes(2),
      onManualRemoval,
      tables,
      jailsFile,
      logRetention,
    });
    new Expirer(this, 'Expirer', { tables, logRetention });
    new Lookout(this, 'Lookout', { tables, jailsFile, logRetention });
    new Backfiller(this, 'Backfiller', { tables, jails, jailsFile, logRetention });
    const intake = new LogIntake(this, 'LogIntake', {
      jails,
      matcher: matcher.handler,
      existing: props.existingLogGroups ?? [],
      retention: logRetention,
      removalPolicy,
    });
    if (jails.some(({ logGroupPrefixes = [] }) => logGroupPrefixes.length > 0)) {
      const { functionArn } = matcher.handler;
      new Subscriber(this, 'Subscriber', {
        tables,
        jails,
        jailsFile,
        logRetention,
        matcher: functionArn,
        after: intake.ready,
      });
    }
    // Created after everything they watch.
    const { alarmTopicArn: topicArn, criticalTopicArn, runbookUrl } = props;
    const alarms = new Alarms(this, 'Alarms', { of: this, receivers: { topicArn, criticalTopicArn, runbookUrl } });
    new Dashboard(this, 'Dashboard', { of: this, alarms: alarms.all, runbookUrl });
    if (props.kmsKey !== undefined) encryptWith(this, props.kmsKey);
    this.tables = tables;
    this.enforcement = enforcement;
    this.tell();
  }

  /** A banner for the configured targets, or none. */
  private banner(
    id: string,
    targets: readonly (TargetAccess | undefined)[],
    props: Omit<BannerProps, 'targets'>,
  ): void {
    const present = targets.filter((target) => target !== undefined);
    if (present.length > 0) new Banner(this, id, { ...props, targets: present });
  }

  private tell(): void {
    const outputs = {
      BansTableName: this.tables.bans.tableName,
      AttemptsTableName: this.tables.attempts.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

function sparing(neverBan: readonly string[], compiled: CompiledJails): CompiledJails {
  if (neverBan.length === 0) return compiled;
  return { ...compiled, jails: compiled.jails.map((jail) => ({ ...jail, neverBan })) };
}
