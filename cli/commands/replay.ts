import { Command } from 'commander';
import { INTERPOLATION_NAMES, JAIL_OPTIONS } from '../../core/config/known-options.ts';
import { hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import { compileJails } from '../../core/filter/compile-jails.ts';
import type { CompiledJail } from '../../core/filter/compiled-jail.ts';
import { openLogFile } from '../../local/replay/read-lines.ts';
import type { Progress } from '../../local/replay/run-event.ts';
import { printDiagnostics } from '../../local/screen/print-diagnostics.ts';
import { CommandError, usageError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { jailNames } from '../jail-names.ts';
import { replayOutput } from '../output/replay-output.ts';
import { replay } from '../replay/replay.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
Plain and gzip files are read; give a rotated set oldest first:

  cloudjail replay --jail sshd /var/log/auth.log.2.gz /var/log/auth.log.1 /var/log/auth.log
  cloudjail replay --config /etc/fail2ban --jail sshd --set maxretry=3 --set bantime=1d auth.log
  cloudjail replay --json access.log | jq -r 'select(.event == "ban") | .id'

Time is what the lines say. A ban ends after its bantime, to the second (in the stack: at the next minute).
Attempts by protected addresses (ignoreip, reserved ranges) are counted in the summary and ban nobody.`;

interface Options {
  readonly jail: readonly string[];
  readonly config?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly found: boolean;
  readonly json: boolean;
}

export function replayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .summary('what the jails would have banned')
    .description('Plays logs through the jails: who would have been banned, when, and until when.')
    .argument('<log...>', 'log files, oldest first')
    .option(
      '--jail <name>',
      'only this jail, enabled or not; may be repeated (default: the enabled jails)',
      jailNames,
      [],
    )
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--set <option=value>', 'lay an option over the jails; may be repeated', setting, {})
    .option('--found', 'show every failure too', false)
    .option('--json', 'one event a line', false)
    .addHelpText('after', EXAMPLES)
    .action((logs: readonly string[], options: Options) => run(logs, options, terminal));
}

async function run(logs: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const files = await Promise.all(logs.map(openLogFile));
  const jails = compile(options, terminal);
  const output = replayOutput(terminal, options.json);
  try {
    const { show } = output;
    const reference = Date.now() / 1000;
    const progress = (state: Progress): Promise<void> | undefined => {
      output.progress(state);
      return terminal.congestion();
    };
    output.finish(await replay({ jails, files, reference, found: options.found, show, progress }));
  } finally {
    output.close();
  }
}

function compile({ jail, config, set }: Options, terminal: Terminal): readonly CompiledJail[] {
  const files = openConfiguration(config);
  // Every jail reads the given logs, whatever it reads when deployed.
  const overrides = { ...set, loggroup: '/replay' };
  const { compiled, diagnostics } = compileJails(files, { ...(jail.length > 0 && { only: jail }), set: overrides });
  printDiagnostics(diagnostics, files, terminal.err);
  if (hasErrors(diagnostics)) throw new CommandError('', 1);
  if (compiled.jails.length === 0) throw usageError('No jail to play the log through. Name one with --jail.');
  for (const { name, match } of compiled.jails) {
    if (match.dates === undefined)
      terminal.err(`[${name}] reads lines of a journal, without dates: of a file it finds nothing\n`);
  }
  return compiled.jails;
}

function setting(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, text = ''] = /^\s*([^\s=]+)\s*=(.*)$/s.exec(value) ?? [];
  if (name === undefined) throw usageError(`--set ${value}: write --set OPTION=VALUE`);
  const known = [...JAIL_OPTIONS, ...INTERPOLATION_NAMES];
  if (!known.includes(name.toLowerCase())) {
    const near = didYouMean(name, known);
    throw usageError(`--set ${value}: a jail has no option "${name}"${near ? `; did you mean "${near}"?` : ''}`);
  }
  return { ...before, [name.toLowerCase()]: text.trim() };
}
