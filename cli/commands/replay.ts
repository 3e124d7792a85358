import { Command } from 'commander';
import { type JailChoice, jailNames, setting } from '../chosen-jails.ts';
import { usageError } from '../command-error.ts';
import { failure } from '../deployed/aws-failure.ts';
import { interruptible } from '../deployed/interrupt.ts';
import { onLogs } from '../deployed/log-access.ts';
import { type SpanOptions, spanOf, withSpanOptions } from '../deployed/log-span.ts';
import { missingLogGroup } from '../deployed/missing-log-group.ts';
import { type SignInOptions, withSignInOptions } from '../deployed/sign-in.ts';
import { type LogFile, openLogFile } from '../input/log-file.ts';
import { clockText } from '../output/clock-text.ts';
import type { Progress } from '../output/run-event.ts';
import { MissingLogGroup } from '../replay/group-events.ts';
import { replay } from '../replay/replay.ts';
import { replayGroups } from '../replay/replay-groups.ts';
import { type ReplayOutput, replayOutput } from '../replay/replay-output.ts';
import { jailsForFiles, jailsForGroups } from '../replay/replayed-jails.ts';
import type { Terminal } from '../terminal.ts';

const SINCE = '1d';

const EXAMPLES = `
Plain and gzip logs are read, - is standard input; give a rotated set oldest first:

  cloudjail replay --jail sshd /var/log/auth.log.2.gz /var/log/auth.log.1 /var/log/auth.log
  cloudjail replay --config /etc/fail2ban --jail sshd --set maxretry=3 --set bantime=1d auth.log
  ssh web1 cat /var/log/auth.log | cloudjail replay --jail sshd -
  cloudjail replay --json access.log | jq -r 'select(.event == "ban") | .id'

Of a file, time is what the lines say, and every jail reads it. A ban ends after its bantime, to the second (in the stack: at the next
minute). Attempts by protected addresses (ignoreip, reserved ranges) are counted in the summary and ban nobody.

Log groups are read from CloudWatch Logs (logs:FilterLogEvents), and played as the stack would have matched them live:

  cloudjail replay --loggroup /cloudjail/var/log/auth.log --since 1d
  cloudjail replay --loggroup /aws/ecs/web --jail nginx-botsearch --set maxretry=2 --since 6h --until 2h

Of an event, time is the date in its line unless that is more than 60 s from the event's own timestamp, which then counts; lines of one
connection are put together within a log stream, not across servers; and without --jail each enabled jail plays the groups it reads when
deployed. So what is shown is what live delivery would have banned, had nobody been banned before.`;

interface Options extends JailChoice, SpanOptions, SignInOptions {
  readonly loggroup: readonly string[];
  readonly found: boolean;
  readonly json: boolean;
}

export function replayCommand(terminal: Terminal): Command {
  const command = new Command('replay')
    .description('Plays logs through the jails: who would have been banned, when, and until when.')
    .argument('[log...]', 'log files, oldest first; - is standard input')
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
    .option('--loggroup <name>', 'instead of files, events of this CloudWatch log group; may be repeated', names, []);
  return withSignInOptions(withSpanOptions(command, SINCE))
    .addHelpText('after', EXAMPLES)
    .action((logs: readonly string[], options: Options) => run(logs, options, terminal));
}

function names(value: string, before: readonly string[]): readonly string[] {
  return [...new Set([...before, value])];
}

async function run(logs: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  if (options.loggroup.length > 0 && logs.length > 0) {
    throw usageError('--loggroup takes the place of log files: play one or the other');
  }
  if (options.loggroup.length > 0) return playGroups(options, terminal);
  if (logs.length === 0) throw usageError('Name log files to play, or a log group with --loggroup');
  for (const name of ['since', 'until', 'region', 'profile'] as const) {
    if (options[name] !== undefined) throw usageError(`--${name} goes with --loggroup; a file is played whole`);
  }
  return playFiles(logs, options, terminal);
}

async function playFiles(logs: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const files: LogFile[] = [];
  for (const log of logs) files.push(await openLogFile(log));
  const jails = jailsForFiles(options, terminal);
  const reference = terminal.clock.now();
  const { found } = options;
  await shown(options, terminal, async ({ show }, progress) =>
    replay({ jails, files, reference, found, show, progress }),
  );
}

async function playGroups(options: Options, terminal: Terminal): Promise<void> {
  const { loggroup: groups, found } = options;
  const span = spanOf(options, terminal.clock.now() * 1000, SINCE);
  const { jails, configured } = jailsForGroups(options, groups, terminal);
  let reached = span.fromMs / 1000;
  const play = (signal: AbortSignal): Promise<void> =>
    onLogs(options, signal, (logs) =>
      shown(options, terminal, async ({ show }, waitFor) => {
        const progress = (state: Progress): Promise<void> | undefined => {
          reached = state.time;
          return waitFor(state);
        };
        try {
          return await replayGroups({ jails, groups, span, reader: logs.reader, found, show, progress });
        } catch (error) {
          if (!(error instanceof MissingLogGroup)) throw error;
          if (!error.isGone) throw await missingLogGroup(error.logGroup, logs, configured);
          throw failure(
            `the log group "${error.logGroup}" was deleted while it was read`,
            `the rest of it can't be had`,
          );
        }
      }),
    );
  await interruptible(play, () => `the log was played up to ${clockText(reached)} UTC`);
}

type Play = (
  output: ReplayOutput,
  progress: (state: Progress) => Promise<void> | undefined,
) => ReturnType<typeof replay>;

async function shown({ json }: Pick<Options, 'json'>, terminal: Terminal, play: Play): Promise<void> {
  const output = replayOutput(terminal, json);
  try {
    const result = await play(output, (state) => {
      output.progress(state);
      return terminal.congestion();
    });
    output.finish(result);
  } finally {
    output.close();
  }
}
