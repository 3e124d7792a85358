import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { vmWatch } from '../../aws/vm-watch.ts';
import type { ConfigFiles } from '../../core/config/config-files.ts';
import { readJails } from '../../core/config/read-jails.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { compileJails } from '../../core/filter/compile-jails.ts';
import { printDiagnostics } from '../../local/screen/print-diagnostics.ts';
import { recheckAnalyst } from '../check/analysis.ts';
import { inspect } from '../check/inspect.ts';
import { inspectedJail } from '../check/inspected-jail.ts';
import { CommandError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { jailNames } from '../jail-names.ts';
import { progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
Compiles the jails as a deployment would, and says what is wrong, where, and what to do. Of a failregex that takes a stranger's
text for the address it shows a log line; of a regex that can be kept busy, the text that does it:

  cloudjail check
  cloudjail check --config /etc/fail2ban --all

A jail named with --jail is checked whether it is enabled or not.`;

interface Options {
  readonly jail: readonly string[];
  readonly all: boolean;
  readonly config?: string;
  readonly json: boolean;
}

interface Checked {
  readonly jails: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export function checkCommand(terminal: Terminal): Command {
  return new Command('check')
    .summary('mistakes in the configuration')
    .description('Checks the jails and filters of a configuration.')
    .option('--jail <name>', 'only this jail; may be repeated (default: the enabled jails)', jailNames, [])
    .option('--all', 'every jail, enabled or not', false)
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--json', 'one diagnostic a line, then a summary', false)
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const files = openConfiguration(options.config);
  const { jails, diagnostics } = await check(files, options, terminal);
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (options.json) {
    for (const diagnostic of diagnostics) terminal.out(`${JSON.stringify(diagnostic)}\n`);
    terminal.out(`${JSON.stringify({ summary: { jails, errors, warnings } })}\n`);
  } else {
    printDiagnostics(diagnostics, files, terminal.out);
    const list = jails.length > 0 ? `: ${jails.join(', ')}` : '';
    terminal.out(`Jails that compile: ${jails.length}${list}. Errors: ${errors}, warnings: ${warnings}.\n`);
  }
  if (errors > 0) throw new CommandError('', 1);
}

async function check(files: ConfigFiles, { jail, all, json }: Options, terminal: Terminal): Promise<Checked> {
  const named = all ? readJails(files).jails.map(({ name }) => name) : jail;
  const only = named.length > 0 ? { only: named } : {};
  const { compiled, diagnostics } = compileJails(files, only);
  const read = new Map(readJails(files, only).jails.map((one) => [one.name, one]));
  const inspected = compiled.jails.flatMap(({ name, match }) => {
    const one = read.get(name);
    return one ? [inspectedJail(one, match)] : [];
  });
  const line = progressLine(terminal, json);
  const seen = await inspect(inspected, {
    analyst: recheckAnalyst(),
    watch: vmWatch(),
    lanes: availableParallelism(),
    progress: (done, of) => line.show(`Trying what a stranger could write: ${Math.floor((100 * done) / of)}%`),
  });
  line.clear();
  return { jails: compiled.jails.map(({ name }) => name), diagnostics: [...diagnostics, ...seen] };
}
