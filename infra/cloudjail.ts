import { CfnOutput, type RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { CompiledJails } from '../core/filter/compiled-jail.ts';
import { Banner } from './banner.ts';
import { writeJailsFile } from './compiled-jails-file.ts';
import { Enforcement } from './enforcement.ts';
import { Expirer } from './expirer.ts';
import { LogIntake } from './log-intake.ts';
import { Lookout } from './lookout.ts';
import { Matcher } from './matcher.ts';
import { Tables } from './tables.ts';

export interface CloudjailProps {
  /** The enabled jails, compiled. */
  readonly jails: CompiledJails;
  /** Of the IP sets; CLOUDFRONT ones must go to us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** What becomes of tables and log groups when the stack lets go of them: RETAIN or DESTROY. */
  readonly removalPolicy: RemovalPolicy;
  /** Of the servers' log groups and the functions' own. */
  readonly logRetention: RetentionDays;
  /** Addresses and ranges that no jail may ban, beside each jail's own `ignoreip`. */
  readonly neverBan?: readonly string[];
}

/**
 * Fail2ban for AWS: log groups → matcher → bans table → banner → WAF IP sets, the expirer that lifts bans again, and the lookout that says
 * which addresses must not be banned.
 *
 * Put one in a stack, and name its IP sets in a web ACL's rules; the outputs say what they are called.
 */
export class Cloudjail extends Construct {
  readonly tables: Tables;
  readonly enforcement: Enforcement;

  /** @throws {ConfigurationError} when a jail reads a log group it must not or cannot, or the scope does not fit the Region */
  constructor(scope: Construct, id: string, props: CloudjailProps) {
    super(scope, id);
    const { logRetention, removalPolicy } = props;
    const jailsFile = writeJailsFile(this, sparing(props.neverBan ?? [], props.jails));
    const tables = new Tables(this, 'Tables', { removalPolicy });
    const enforcement = new Enforcement(this, 'Enforcement', { scope: props.scope });
    const matcher = new Matcher(this, 'Matcher', { tables, jailsFile, logRetention });
    new Banner(this, 'Banner', { tables, enforcement, jailsFile, logRetention });
    new Expirer(this, 'Expirer', { tables, logRetention });
    new Lookout(this, 'Lookout', { tables, jailsFile, logRetention });
    new LogIntake(this, 'LogIntake', {
      jails: props.jails.jails,
      matcher: matcher.handler,
      retention: logRetention,
      removalPolicy,
    });
    this.tables = tables;
    this.enforcement = enforcement;
    this.tell();
  }

  private tell(): void {
    const outputs = {
      BansTableName: this.tables.bans.tableName,
      AttemptsTableName: this.tables.attempts.tableName,
      Ipv4SetArn: this.enforcement.ipv4.arn,
      Ipv6SetArn: this.enforcement.ipv6.arn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

function sparing(neverBan: readonly string[], compiled: CompiledJails): CompiledJails {
  if (neverBan.length === 0) return compiled;
  return { ...compiled, jails: compiled.jails.map((jail) => ({ ...jail, neverBan })) };
}
