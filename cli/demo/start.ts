import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { checkTargets } from '../../core/config/check-targets.ts';
import { createDateDetector } from '../../core/dates/detector/date-detector.ts';
import { type Diagnostic, hasErrors } from '../../core/diagnostics/diagnostic.ts';
import type { CompiledJails } from '../../core/records/compiled-jail.ts';
import { ConfigDirectoryError, configDirectory } from '../../filters/config-directory.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { SynthesisError, synthesize } from '../../local/synthesize.ts';
import { type StackTemplate, targetsOf } from '../../local/template.ts';
import { type LogFile, LogFileError, openLogFile, readLines } from '../input/read-lines.ts';
import { jsonScreen } from '../output/json-screen.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import { textScreen } from '../output/text-screen.ts';
import { deliveries } from './deliveries.ts';
import { run } from './run.ts';

const USAGE = `Plays a log through the whole of cloudjail on this machine: the real functions, on embedded services, on the log's own clock.

Usage: npm start -- [FILE] [options]

  FILE            a log, plain or gzip (default: the sample, examples/sshd/auth.log)
  --jail NAME     only this jail, enabled or not; may be repeated (default: the enabled jails)
  --config DIR    a directory like /etc/fail2ban (default: examples/config)
  --json          one event a line
  -h, --help      this text

Exit codes: 0 done, 1 a mistake in the configuration or a failure, 2 wrong usage or an unreadable file.
`;

const SAMPLE_LOG = 'examples/sshd/auth.log';
const SAMPLE_CONFIG = 'examples/config';
/** Every jail reads the one file, whatever log group it reads when deployed. */
const LOG_GROUP = '/cloudjail/local';

/** The command was typed wrong. */
class UsageError extends Error {}
/** The configuration has errors; they have been printed. */
class RefusedConfiguration extends Error {
  /** Naming a jail that does not exist is a mistake in the command, not in the configuration. */
  readonly exitCode: number;

  constructor(diagnostics: readonly Diagnostic[]) {
    super();
    this.exitCode = diagnostics.some((diagnostic) => diagnostic.code === 'UNKNOWN_JAIL') ? 2 : 1;
  }
}

interface Arguments {
  readonly file: string;
  readonly jails: readonly string[];
  readonly config: string;
  readonly json: boolean;
}

function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  if (positionals.length > 1)
    throw new UsageError(`one log at a time, not ${positionals.length}: ${positionals.join(' ')}`);
  return {
    file: positionals[0] ?? SAMPLE_LOG,
    jails: (values.jail ?? []).flatMap((names) => names.split(',')),
    config: values.config ?? SAMPLE_CONFIG,
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        jail: { type: 'string', multiple: true },
        config: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function compile(args: Arguments): CompiledJails {
  const files = configDirectory(args.config);
  const { compiled, diagnostics } = compileJails(files, {
    ...(args.jails.length > 0 ? { only: args.jails } : {}),
    set: { loggroup: LOG_GROUP },
  });
  printDiagnostics(diagnostics, files, (text) => process.stderr.write(text));
  if (hasErrors(diagnostics)) throw new RefusedConfiguration(diagnostics);
  if (compiled.jails.length === 0) {
    throw new UsageError(
      `no jail is enabled in ${args.config}: set "enabled = true" in a jail, or name one with --jail`,
    );
  }
  return compiled;
}

async function play(args: Arguments, file: LogFile, jails: CompiledJails): Promise<void> {
  const screen = args.json
    ? jsonScreen((text) => process.stdout.write(text))
    : textScreen({
        write: (text) => process.stdout.write(text),
        columns: process.stdout.isTTY ? process.stdout.columns : undefined,
      });
  const names = jails.jails.map((jail) => jail.name).join(', ');
  if (!args.json) process.stdout.write(`Playing ${file.path} through ${names}, on embedded DynamoDB and WAF …\n`);
  const template = await synthesize();
  warnOfTargets(args, template, jails);
  const aws = await startEmbeddedAws(template, jails);
  try {
    const dates = jails.jails.find((jail) => jail.match.dates)?.match.dates;
    const source = { logGroup: LOG_GROUP, logStream: basename(file.path) };
    const detector = dates && createDateDetector(dates);
    const feed = deliveries(readLines(file), source, detector, Date.now() / 1000);
    const summary = await run(aws, feed, file.bytes, screen);
    if (summary.lines === 0) process.stderr.write(`${file.path} is empty: nothing to match\n`);
  } finally {
    screen.close();
    await aws.close();
  }
}

/** What would be refused for deployment is played all the same: the bans are worth seeing. */
function warnOfTargets({ config }: Arguments, template: StackTemplate, { jails }: CompiledJails): void {
  const targets = targetsOf(template);
  const errors = jails.flatMap((jail) => checkTargets(jail, targets));
  const warnings = errors.map((error): Diagnostic => ({ ...error, severity: 'warning' }));
  printDiagnostics(warnings, configDirectory(config), (text) => process.stderr.write(text));
}

async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2));
    if (args === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const file = await openLogFile(args.file);
    await play(args, file, compile(args));
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/**
 * The message a person needs, and the exit code; a stack trace only for what should not have
 * happened.
 */
function explain(error: unknown): number {
  if (error instanceof RefusedConfiguration) return error.exitCode;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: npm start -- --help\n`);
    return 2;
  }
  if (error instanceof LogFileError || error instanceof ConfigDirectoryError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof SynthesisError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return 1;
}

process.exitCode = await main();
