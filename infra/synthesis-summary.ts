import { join, relative } from 'node:path';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { FirewallTarget } from '../core/config/actions.ts';
import type { CompiledJail } from '../core/records/compiled-jail.ts';
import type { CloudjailStack } from './cloudjail-stack.ts';

export interface Synthesis {
  readonly stack: CloudjailStack;
  readonly jails: readonly CompiledJail[];
  readonly targets: readonly FirewallTarget[];
  /** Diagnostics that are warnings. */
  readonly warnings: number;
  /** The folder that the template is written to. */
  readonly outdir: string;
}

/** The last line of `cdk synth`: what the template holds, and where it is. */
export function synthesisSummary({ stack, jails, targets, warnings, outdir }: Synthesis): string {
  const alarms = stack.node.findAll().filter((one) => one instanceof CfnAlarm).length;
  const counts = [
    counted(jails.length, 'jail'),
    `${counted(targets.length, 'target')} (${targets.join(', ')})`,
    counted(alarms, 'alarm'),
    counted(warnings, 'warning'),
  ];
  return `${counts.join(', ')}: ${relative(process.cwd(), join(outdir, stack.templateFile))}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
