import { Command, InvalidArgumentError, Option } from 'commander';
import { compileMatch } from '../../core/compile/compile-match.ts';
import type { Filter } from '../../core/config/jail.ts';
import { hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { CommandError, usageError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { failureFormat } from '../output/failure-format.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import { type ReportOptions, regexReport } from '../output/regex-report.ts';
import { eachWithinBudget } from '../regex/each-within-budget.ts';
import { GIVEN_UP, type LineVerdict, lineJudge } from '../regex/line-verdict.ts';
import { addToTally, createTally, type RegexTally } from '../regex/regex-tally.ts';
import { type TestedFilter, testedFilter } from '../regex/tested-filter.ts';
import { type TestedLine, type TestedLines, testedLines } from '../regex/tested-lines.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
LOG is a file, plain or gzip, - for standard input, or the text of a line. REGEX is a filter of the configuration, perhaps with arguments, the path of a
filter's file, or a failregex. IGNOREREGEX is one more ignoreregex.

  cloudjail regex /var/log/auth.log sshd
  cloudjail regex /var/log/auth.log 'sshd[mode=aggressive]' --print-all-matched
  cloudjail regex 'Aug  5 10:00:00 srv app: refused 203.0.113.9' '^\\s*\\S+ app: refused <HOST>$'
  cloudjail regex auth.log sshd --out '<time> <ip> <F-USER>'

Every failregex is tried on every line, hosts are taken as they stand, names are never resolved. Times without a zone are UTC.
Lines that begin with # and empty lines are passed over.`;

interface Options {
  readonly config?: string;
  readonly datepattern?: string;
  /** --timezone; commander names an option by the last of its flags. */
  readonly TZ?: string;
  readonly encoding: string;
  readonly raw: boolean;
  readonly usedns: CompiledMatch['usedns'];
  readonly maxlines?: number;
  readonly logtype?: string;
  readonly now?: number;
  readonly checkAll: boolean;
  readonly verbose: number;
  readonly verbosity?: number;
  /** --verbose-date */
  readonly VD: boolean;
  readonly out?: string;
  readonly printNoMissed: boolean;
  readonly printNoIgnored: boolean;
  readonly printAllMatched: boolean;
  readonly printAllMissed: boolean;
  readonly printAllIgnored: boolean;
  readonly json: boolean;
}

/** What is tested, on what. */
interface Test {
  readonly log: string;
  readonly lines: TestedLines;
  readonly tested: TestedFilter;
  readonly filter: Filter;
  readonly match: CompiledMatch;
  readonly now: number;
  /** Every failregex is tried on every line. */
  readonly all: boolean;
}

export function regexCommand(terminal: Terminal): Command {
  return new Command('regex')
    .description('Tests a filter or a failregex on a log, as fail2ban-regex does.')
    .argument('<log>', 'a log file, - for standard input, or a line')
    .argument('<regex>', 'a filter, a filter file, or a failregex')
    .argument('[ignoreregex]', 'an ignoreregex')
    .option('-c, --config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('-d, --datepattern <pattern>', "instead of the filter's")
    .option('--timezone, --TZ <zone>', 'of dates that name none: UTC, UTC+0200, CET, … (default: UTC)')
    .option('-e, --encoding <name>', 'of the log; only UTF-8 is read', encoding, 'utf-8')
    .option('-r, --raw', 'take hosts as they stand; always so', false)
    .addOption(
      new Option('--usedns <how>', 'no: <HOST> is an address only')
        .choices(['yes', 'warn', 'no', 'raw'])
        .default('warn'),
    )
    .option('-L, --maxlines <n>', "lines a match may span, instead of the filter's", wholeNumber)
    .addOption(
      new Option('--logtype <type>', 'what stands before the message on a line').choices([
        'file',
        'journal',
        'short',
        'rfc5424',
      ]),
    )
    .option('--now <epoch>', 'dates without a year are the last before it (default: now)', Number)
    .option('-m, --journalmatch <match>', 'for the systemd journal; accepted and not used')
    .option('-l, --log-level <level>', 'accepted and not used')
    .option('-v, --verbose', 'also regexes without hits; what each found', (_, before: number) => before + 1, 0)
    .option('--verbosity <n>', 'the same as a number', wholeNumber)
    .option('--verbose-date, --VD', 'also the regexes of date templates', false)
    .option('--no-check-all', 'stop at the first failregex that matches, as a jail does')
    .option('-t, --log-traceback', 'accepted and not used')
    .option('--full-traceback', 'accepted and not used')
    .option(
      '-o, --out <format>',
      'print only what failures would be counted: id, ip, msg, row, a group, or a text with <tags>',
    )
    .option('--print-no-missed', 'no missed lines', false)
    .option('--print-no-ignored', 'no ignored lines', false)
    .option('--print-all-matched', 'every matched line', false)
    .option('--print-all-missed', 'every missed line, however many', false)
    .option('--print-all-ignored', 'every ignored line, however many', false)
    .option('--json', 'one object a line of log that matched anything, then a summary', false)
    .addHelpText('after', EXAMPLES)
    .action((log: string, regex: string, ignoreregex: string | undefined, options: Options) =>
      run(log, regex, ignoreregex, options, terminal),
    );
}

async function run(
  log: string,
  regex: string,
  ignoreregex: string | undefined,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  if (options.printNoMissed && options.printAllMissed)
    throw usageError('--print-no-missed and --print-all-missed exclude each other');
  if (options.printNoIgnored && options.printAllIgnored)
    throw usageError('--print-no-ignored and --print-all-ignored exclude each other');
  const lines = await testedLines(log);
  const tested = testedFilter(regex, openConfiguration(options.config), options.logtype);
  const { filter, match } = compile(tested, ignoreregex, options, terminal);
  const test: Test = {
    log,
    lines,
    tested,
    filter,
    match,
    now: options.now ?? terminal.clock.now(),
    all: options.checkAll,
  };
  if (options.json) await printJson(test, terminal);
  else if (options.out !== undefined) await printFailures(test, options.out, terminal);
  else await printReport(test, options, terminal);
}

function compile(
  { filter: read, diagnostics: ofReading, files }: TestedFilter,
  ignoreregex: string | undefined,
  { datepattern, maxlines, usedns, TZ }: Options,
  terminal: Terminal,
): { readonly filter: Filter; readonly match: CompiledMatch } {
  const filter = read && {
    ...read,
    ...(datepattern !== undefined && { datepattern: { value: datepattern } }),
    ...(maxlines !== undefined && { maxlines }),
    ...(ignoreregex !== undefined && { ignoreregex: [...read.ignoreregex, { value: ignoreregex }] }),
  };
  const compilation = filter && compileMatch(filter, { usedns, logtimezone: TZ });
  const diagnostics = [...ofReading, ...(compilation?.diagnostics ?? [])];
  printDiagnostics(diagnostics, files, terminal.err);
  if (!filter || !compilation?.match || hasErrors(diagnostics)) throw new CommandError('', 1);
  return { filter, match: compilation.match };
}

/** Comments and empty lines are no lines of the log. */
async function* testable(lines: TestedLines): AsyncGenerator<TestedLine> {
  for await (const { number, text: whole } of lines.lines()) {
    const text = whole.replace(/[\r\n]+$/, '');
    if (text !== '' && !text.startsWith('#')) yield { number, text };
  }
}

async function printJson(test: Test, terminal: Terminal): Promise<void> {
  const { out, congestion } = terminal;
  const { tally, add } = tallying(test.match, new Set(), false);
  for await (const { number, text, verdict } of judged(test, terminal)) {
    add(text, verdict);
    const { time, matches, outcome, ignoredBy } = verdict;
    if (matches.length === 0 && ignoredBy === undefined) continue;
    out(`${JSON.stringify({ line: number, time, ignored: outcome === 'ignored', matches })}\n`);
    await congestion();
  }
  const { ignored, matched, missed } = tally;
  const summary = { lines: tally.lines, ignored: ignored.count, matched: matched.count, missed: missed.count };
  out(`${JSON.stringify({ summary })}\n`);
}

/** What the stack would count, nothing else. */
async function printFailures({ lines, match, now }: Test, format: string, terminal: Terminal): Promise<void> {
  const matcher = createLineMatcher(match, { clock: 'line', reference: now });
  const rows = failureFormat(format);
  const feed = ({ number, text }: TestedLine) => matcher.feed({ text, eventTime: undefined, eventId: String(number) });
  for await (const { line, result } of eachWithinBudget(testable(lines), matcher, feed)) {
    if (result === undefined) terminal.err(givenUp(line));
    for (const failure of result ?? []) for (const row of rows(failure)) terminal.out(`${row}\n`);
    await terminal.congestion();
  }
}

/** The verdicts on all lines; those that take a regex too long are reported. */
async function* judged(
  { lines, match, now, all }: Test,
  terminal: Terminal,
): AsyncGenerator<TestedLine & { readonly verdict: LineVerdict }> {
  const judge = lineJudge(match, now, all);
  for await (const { line, result } of eachWithinBudget(testable(lines), judge, ({ text }) => judge.judge(text))) {
    if (result === undefined) terminal.err(givenUp(line));
    yield { ...line, verdict: result ?? GIVEN_UP };
  }
}

function givenUp({ number }: TestedLine): string {
  return `line ${number}: given up, a regex takes too long on it (cloudjail check finds such regexes)\n`;
}

async function printReport(test: Test, options: Options, terminal: Terminal): Promise<void> {
  const { match, filter } = test;
  const { out } = terminal;
  out(`\nRunning tests\n=============\n\n${used(test, options)}\n\n`);
  const start = terminal.clock.now();
  const all = (['matched', 'ignored', 'missed'] as const).filter((outcome) => shownOf(options)[outcome] === 'all');
  const { tally, add } = tallying(match, new Set(all), verbosityOf(options) > 0);
  for await (const { text, verdict } of judged(test, terminal)) add(text, verdict);
  const seconds = terminal.clock.now() - start;
  const shown = { verbose: verbosityOf(options), verboseDate: options.VD, show: shownOf(options) };
  out(regexReport(tally, filter, match.dates, seconds, shown));
}

function tallying(match: CompiledMatch, keepAll: Parameters<typeof createTally>[0]['keepAll'], keepFound: boolean) {
  const options = {
    failregexes: match.failregex.length,
    ignoreregexes: match.ignoreregex.length,
    dateTemplates: match.dates?.templates.length ?? 0,
    keepAll,
    keepFound,
  };
  const tally: RegexTally = createTally(options);
  const add = (text: string, verdict: Parameters<typeof addToTally>[2]): void =>
    addToTally(tally, text, verdict, options);
  return { tally, add };
}

function verbosityOf({ verbose, verbosity }: Options): number {
  return verbosity ?? verbose;
}

function shownOf(options: Options): ReportOptions['show'] {
  const shown = (none: boolean, all: boolean): 'none' | 'few' | 'all' => (none ? 'none' : all ? 'all' : 'few');
  return {
    matched: options.printAllMatched ? 'all' : 'none',
    ignored: shown(options.printNoIgnored, options.printAllIgnored),
    missed: shown(options.printNoMissed, options.printAllMissed),
  };
}

/** What the test is made of, one thing a line. */
function used({ log, lines, tested, filter }: Test, { config, datepattern, maxlines }: Options): string {
  const use = (what: string, value: string): string => `Use ${what.padStart(16)} : ${value}`;
  const source =
    tested.kind === 'line'
      ? use('failregex line', shortened(tested.name))
      : use(
          `failregex ${tested.kind === 'file' ? 'file' : 'filter'}`,
          `${tested.name}${config ? `, from ${config}` : ''}`,
        );
  const pattern = datepattern ?? filter.datepattern?.value;
  return [
    source,
    ...(maxlines !== undefined || filter.maxlines > 1 ? [use('maxlines', String(filter.maxlines))] : []),
    ...(pattern === undefined ? [] : [use('datepattern', pattern)]),
    lines.kind === 'file' ? use('log file', log) : use('single line', shortened(log)),
    use('encoding', 'UTF-8'),
  ].join('\n');
}

function shortened(text: string): string {
  const line = text.replaceAll('\n', '\\n');
  return line.length > 53 ? `${line.slice(0, 50)}...` : line;
}

function encoding(value: string): string {
  if (/^(?:utf-?8|auto|ascii)$/i.test(value)) return value;
  throw new InvalidArgumentError(
    'only UTF-8 is read: CloudWatch Logs holds nothing else. Convert the file with iconv.',
  );
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('a whole number is expected.');
  return number;
}
