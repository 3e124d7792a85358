import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { CompiledJails } from '../../core/records/compiled-jail.ts';
import { chosenJails, type JailChoice, jailNames, setting } from '../chosen-jails.ts';
import { type LogFile, openLogFile } from '../input/log-file.ts';
import { printable } from '../output/printable.ts';
import { whileWaiting } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';

const SAMPLE_LOG = 'examples/sshd/auth.log';
/** Every jail reads the one log, whatever log group it reads when deployed. */
const LOG_GROUP = '/cloudjail/local';

const EXAMPLES = `
The deployed functions themselves run, on DynamoDB and WAF emulators inside the process, and the log's own clock drives them: no AWS
account, nothing on the network. Without LOG it is the sample, recorded from an OpenSSH server under attack:

  cloudjail demo
  cloudjail demo /var/log/auth.log --jail sshd
  zcat access.log.2.gz | cloudjail demo - --config /etc/fail2ban --jail nginx-botsearch
  cloudjail demo auth.log --json

npm start is the same: npm start -- /var/log/auth.log --jail sshd`;

interface Options extends JailChoice {
  readonly json: boolean;
}

export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('Plays a log through the whole of cloudjail: bans made, what the IP sets hold, bans lifted.')
    .argument('[log]', `a log, plain or gzip; - is standard input (default: ${SAMPLE_LOG})`)
    .option(
      '--jail <name>',
      'only this jail, enabled or not; may be repeated (default: the enabled jails)',
      jailNames,
      [],
    )
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--set <option=value>', 'lay an option over the jails; may be repeated', setting, {})
    .option('--json', 'one event a line', false)
    .addHelpText('after', EXAMPLES)
    .action((log: string | undefined, options: Options) => run(log, options, terminal));
}

async function run(log: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const file = await openLogFile(log ?? sampleLog());
  const jails = chosenJails(options, { loggroup: LOG_GROUP }, terminal);
  await play(file, jails, options, terminal);
}

/** As it is named from the current folder. */
function sampleLog(): string {
  return relative('', fileURLToPath(new URL(`../../${SAMPLE_LOG}`, import.meta.url)));
}

async function play(file: LogFile, jails: CompiledJails, options: Options, terminal: Terminal): Promise<void> {
  const { json, config } = options;
  const names = jails.jails.map(({ name }) => printable(name)).join(', ');
  if (!json) terminal.out(`Playing ${printable(file.path)} through ${names}, on embedded DynamoDB and WAF …\n`);
  // The functions and all they run on are loaded behind the first sign of life.
  const { playLog } = await whileWaiting('Starting the functions', import('../demo/play-log.ts'), terminal, json);
  const { lines } = await playLog({ file, jails, logGroup: LOG_GROUP, config, json }, terminal);
  if (lines === 0) terminal.err(`${file.path} is empty: nothing to match\n`);
}
