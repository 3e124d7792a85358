import { basename } from 'node:path';
import { checkTargets } from '../../core/config/check-targets.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { createDateDetector } from '../../core/dates/detector/date-detector.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { CompiledJails } from '../../core/records/compiled-jail.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { type StackTemplate, targetsOf } from '../../local/template.ts';
import { openConfiguration } from '../configuration.ts';
import type { LogFile } from '../input/log-file.ts';
import { readLines } from '../input/read-lines.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import { whileWaiting } from '../output/progress-line.ts';
import type { Screen, Summary } from '../output/run-event.ts';
import { textScreen } from '../output/text-screen.ts';
import { synthesizedStack } from '../synthesized-stack.ts';
import type { Terminal } from '../terminal.ts';
import { deliveries } from './deliveries.ts';
import { run } from './run.ts';

export interface PlayedLog {
  readonly file: LogFile;
  /** All of them read `logGroup`. */
  readonly jails: CompiledJails;
  readonly logGroup: string;
  /** The directory that the jails are from. */
  readonly config: string | undefined;
  readonly json: boolean;
}

/**
 * Plays a log through the functions of the stack of cdk.json, and shows what they do.
 *
 * @throws {CommandError} when the stack can't be synthesized
 * @throws {LogFileError} when the log can't be read to its end
 */
export async function playLog(
  { file, jails, logGroup, config, json }: PlayedLog,
  terminal: Terminal,
): Promise<Summary> {
  const screen = json ? jsonScreen(terminal) : textScreen(terminal);
  const template = await whileWaiting('Synthesizing the stack', synthesizedStack(undefined), terminal, json);
  warnOfTargets(config, template, jails, terminal);
  const aws = await startEmbeddedAws(template, jails);
  try {
    const dates = jails.jails.find((jail) => jail.match.dates)?.match.dates;
    const source = { logGroup, logStream: basename(file.path) };
    const detector = dates && createDateDetector(dates);
    const feed = deliveries(readLines(file), source, detector, terminal.clock.now());
    return await run(aws, feed, file.bytes, screen);
  } finally {
    screen.close();
    await aws.close();
  }
}

/** One event a line, for programs. */
function jsonScreen({ out }: Terminal): Screen {
  return {
    show: (event) => out(`${JSON.stringify(event)}\n`),
    progress: () => undefined,
    close: () => undefined,
  };
}

/** What would be refused for deployment is played all the same: the bans are worth seeing. */
function warnOfTargets(
  config: string | undefined,
  template: StackTemplate,
  { jails }: CompiledJails,
  { err }: Terminal,
): void {
  const files = openConfiguration(config);
  const targets = targetsOf(template);
  const read = readJails(files, { only: jails.map(({ name }) => name) });
  const errors = read.jails.flatMap((jail) => (jail.enabled ? checkTargets(jail, targets) : []));
  const warnings = errors.map((error): Diagnostic => ({ ...error, severity: 'warning' }));
  printDiagnostics(warnings, files, err);
}
