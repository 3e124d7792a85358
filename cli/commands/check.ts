import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { vmWatch } from '../../aws/vm-watch.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import type { ConfigFiles } from '../../core/config/config-files.ts';
import { readJails } from '../../core/config/read-jails.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { foldInfos } from '../../core/diagnostics/fold-infos.ts';
import { type InspectedJail, inspectedJail } from '../../core/forgery/inspected-jail.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { shippedFailregexes } from '../../filters/shipped-failregexes.ts';
import { recheckAnalyst } from '../check/analysis.ts';
import { inspect } from '../check/inspect.ts';
import { patternGroups } from '../check/pattern-groups.ts';
import { proofObject, proofText, proofTotals } from '../check/pattern-report.ts';
import { type PatternProof, provePatterns } from '../check/prove-patterns.ts';
import { usersLines } from '../check/users-lines.ts';
import { jailNames } from '../chosen-jails.ts';
import { CommandError, usageError } from '../command-error.ts';
import { deployedTargets, openConfiguration } from '../configuration.ts';
import { interruptible } from '../deployed/interrupt.ts';
import { onLogs } from '../deployed/log-access.ts';
import { type SignInOptions, withSignInOptions } from '../deployed/sign-in.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import { progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
Compiles the jails as a deployment would, and says what is wrong, where, and what to do. Of a failregex that takes a stranger's
text for the address it shows a log line; of a regex that can be kept busy, the text that does it:

  cloudjail check
  cloudjail check --config /etc/fail2ban --all

A jail named with --jail is checked whether it is enabled or not.

A subscription sends the matcher only events that hold a word of its pattern, which is derived from the failregexes. Whether the pattern lets
through every line that a failregex matches, CloudWatch itself can tell (logs:TestMetricFilter; nothing is changed), of lines made up
from the failregexes and of those of your own logs that match:

  cloudjail check --aws
  cloudjail check --aws --sample /var/log/auth.log --sample /var/log/auth.log.2.gz`;

interface Options extends SignInOptions {
  readonly jail: readonly string[];
  readonly all: boolean;
  readonly config?: string;
  readonly json: boolean;
  readonly aws: boolean;
  readonly sample: readonly string[];
}

interface Checked {
  readonly jails: readonly CompiledJail[];
  readonly inspected: readonly InspectedJail[];
  readonly diagnostics: readonly Diagnostic[];
}

export function checkCommand(terminal: Terminal): Command {
  const command = new Command('check')
    .description('Checks the jails and filters of a configuration.')
    .option('--jail <name>', 'only this jail; may be repeated (default: the enabled jails)', jailNames, [])
    .option('--all', 'every jail, enabled or not', false)
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--json', 'one diagnostic a line, then a summary', false)
    .option('--aws', 'have CloudWatch try the pattern of each log group on lines that match', false)
    .option(
      '--sample <file>',
      'with --aws, also lines of this log (- is standard input) that match; may be repeated',
      files,
      [],
    );
  return withSignInOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => run(options, terminal));
}

function files(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  if (!options.aws) {
    const odd = options.sample.length > 0 ? 'sample' : (['region', 'profile'] as const).find((name) => options[name]);
    if (odd !== undefined) throw usageError(`--${odd} goes with --aws; without it nothing is asked of AWS`);
  }
  const files = openConfiguration(options.config);
  const { jails, inspected, diagnostics } = await check(files, options, terminal);
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const names = jails.map(({ name }) => name);
  if (options.json) for (const diagnostic of diagnostics) terminal.out(`${JSON.stringify(diagnostic)}\n`);
  else {
    printDiagnostics(foldInfos(diagnostics), files, terminal.out);
    const list = names.length > 0 ? `: ${names.join(', ')}` : '';
    terminal.out(`Jails that compile: ${names.length}${list}. Errors: ${errors}, warnings: ${warnings}.\n`);
  }
  // With a mistake in it the configuration is deployed nowhere.
  const proofs = options.aws && errors === 0 ? await prove(jails, inspected, options, terminal) : undefined;
  if (proofs) tell(proofs, options, terminal);
  const totals = proofs && proofTotals(proofs);
  if (options.json) {
    const summary = { jails: names, errors, warnings, ...(totals && { patterns: totals }) };
    terminal.out(`${JSON.stringify({ summary })}\n`);
  }
  if (errors > 0 || (totals && totals.lost + totals.refused > 0)) throw new CommandError('', 1);
}

async function prove(
  jails: readonly CompiledJail[],
  inspected: readonly InspectedJail[],
  options: Options,
  terminal: Terminal,
): Promise<readonly PatternProof[]> {
  const users = await usersLines(options.sample, terminal.err);
  const line = progressLine(terminal, options.json);
  let reached = '';
  const progress = (done: number, of: number): void => {
    reached = `${done} of ${of} log groups were tried`;
    line.show(`Trying patterns on CloudWatch: ${Math.floor((100 * done) / of)}%`);
  };
  try {
    return await interruptible(
      (signal) =>
        onLogs(options, signal, ({ patterns }) =>
          provePatterns(patternGroups(jails), inspected, { patterns, watch: vmWatch(), users, progress }),
        ),
      () => reached,
    );
  } finally {
    line.clear();
  }
}

function tell(proofs: readonly PatternProof[], { json }: Options, { out }: Terminal): void {
  if (json) {
    for (const proof of proofs) out(`${JSON.stringify(proofObject(proof))}\n`);
    return;
  }
  const { logGroups, proven, lost, refused } = proofTotals(proofs);
  const bad = refused === 0 ? '' : ` Refused: ${refused}.`;
  out(`${proofText(proofs)}Patterns of log groups: ${logGroups}. Lines proven: ${proven}, lost: ${lost}.${bad}\n`);
}

async function check(files: ConfigFiles, { jail, all, json }: Options, terminal: Terminal): Promise<Checked> {
  const named = all ? readJails(files).jails.map(({ name }) => name) : jail;
  const only = named.length > 0 ? { only: named } : {};
  const { compiled, diagnostics } = compileJails(files, { ...only, targets: deployedTargets() });
  const read = new Map(readJails(files, only).jails.map((one) => [one.name, one]));
  const inspected = compiled.jails.flatMap(({ name, match }) => {
    const one = read.get(name);
    return one ? [inspectedJail(one, match)] : [];
  });
  const line = progressLine(terminal, json);
  const seen = await inspect(inspected, {
    analyst: recheckAnalyst(),
    watch: vmWatch(),
    trusted: shippedFailregexes(),
    lanes: availableParallelism(),
    progress: (done, of) => line.show(`Trying what a stranger could write: ${Math.floor((100 * done) / of)}%`),
  });
  line.clear();
  return { jails: compiled.jails, inspected, diagnostics: [...diagnostics, ...seen] };
}
