import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { agentConfig } from '../../core/agent/agent-config.ts';
import { collectedFiles } from '../../core/agent/collected-files.ts';
import { hostPolicy } from '../../core/agent/host-policy.ts';
import { preventsPreview } from '../../core/config/acknowledged.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { jailNames } from '../chosen-jails.ts';
import { CommandError, usageError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
The file holds the logs of the enabled jails and nothing else, so it can be appended to a configuration that the agent has:

  cloudjail agent-config --timestamp /var/log/auth.log=iso8601 --output cloudjail.json
  sudo /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a append-config -m ec2 -s -c file:$PWD/cloudjail.json

What a server's role must allow:

  cloudjail agent-config --iam-policy --region eu-central-1

A server from nothing to its first banned attacker: docs/servers.md.`;

interface Options {
  readonly jail: readonly string[];
  readonly config?: string;
  readonly timestamp: ReadonlyMap<string, string>;
  readonly logGroup?: string;
  readonly onPremises: boolean;
  readonly runAsUser?: string;
  readonly region?: string;
  readonly iamPolicy: boolean;
  readonly output?: string;
}

export function agentConfigCommand(terminal: Terminal): Command {
  return new Command('agent-config')
    .description("Prints the CloudWatch agent's configuration for the logs that the jails read.")
    .option('--jail <name>', 'only this jail; may be repeated (default: the enabled jails)', jailNames, [])
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option(
      '--timestamp <file=form>',
      "how the lines of a log begin: syslog, iso8601, or the agent's timestamp_format; may be repeated",
      timestamps,
      new Map(),
    )
    .option('--log-group <name>', 'for jails that read several: the one that these servers write')
    .option('--on-premises', 'servers outside EC2: streams are named by host name', false)
    .option('--run-as-user <name>', 'the agent runs as this user (default: root)')
    .option('--region <region>', "the log groups' Region (default: the instance's own)")
    .option('--iam-policy', "print the policy that a server's role needs instead", false)
    .option('--output <file>', 'write there (default: print)')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => run(options, terminal));
}

/** `--timestamp /var/log/auth.log=syslog`, for commander. */
function timestamps(value: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, path, form] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
  if (path === undefined || form === undefined) {
    throw usageError(`--timestamp ${value}: write FILE=FORM, such as /var/log/auth.log=syslog`);
  }
  return new Map([...before, [path, form]]);
}

function run(options: Options, terminal: Terminal): void {
  const { region, runAsUser } = options;
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw usageError(`--region ${region}: not a Region such as eu-central-1`);
  }
  const files = openConfiguration(options.config);
  const { jails, diagnostics } = readJails(files, options.jail.length > 0 ? { only: options.jail } : {});
  const collection = collectedFiles(jails, {
    onPremises: options.onPremises,
    logGroup: options.logGroup,
    timestamps: options.timestamp,
  });
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error');
  printDiagnostics([...mistakes, ...collection.diagnostics], files, terminal.err);
  if (preventsPreview(mistakes) || hasErrors(collection.diagnostics)) throw new CommandError('', 1);
  const written = options.iamPolicy
    ? hostPolicy(collection.files, region)
    : agentConfig(collection.files, { region, runAsUser });
  write(`${JSON.stringify(written, undefined, 2)}\n`, options.output, terminal);
}

function write(text: string, output: string | undefined, { out }: Terminal): void {
  if (output === undefined) {
    out(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw usageError(`--output ${output}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
