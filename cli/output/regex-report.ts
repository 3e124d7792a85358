import type { Filter } from '../../core/config/jail.ts';
import type { DateTemplates } from '../../core/dates/templates/date-template.ts';
import { type KeptLines, MOST_SHOWN, type RegexTally } from '../regex/regex-tally.ts';

export interface ReportOptions {
  readonly verbose: number;
  readonly verboseDate: boolean;
  readonly show: Readonly<Record<Outcome, 'none' | 'few' | 'all'>>;
}

type Outcome = 'matched' | 'ignored' | 'missed';

const OUTCOMES: readonly Outcome[] = ['matched', 'ignored', 'missed'];

/** The report of fail2ban-regex: the same parts in the same order with the same numbers. */
export function regexReport(
  tally: RegexTally,
  filter: Filter,
  dates: DateTemplates | undefined,
  seconds: number,
  options: ReportOptions,
): string {
  const { matched, ignored, missed } = tally;
  const parts = [
    `\nResults\n=======`,
    ...(filter.prefregex ? [`\nPrefregex: ${tally.prefregex} total`, ...list([filter.prefregex.value])] : []),
    ...regexes('Failregex', filter.failregex, tally.failregex, options),
    ...regexes('Ignoreregex', filter.ignoreregex, tally.ignoreregex, options),
    ...(dates ? dateHits(dates, tally, options) : []),
    `\nLines: ${tally.lines} lines, ${ignored.count} ignored, ${matched.count} matched, ${missed.count} missed`,
    `[processed in ${seconds.toFixed(2)} sec]\n`,
    ...OUTCOMES.flatMap((outcome) => lines(outcome, tally[outcome], options)),
  ];
  return `${parts.join('\n')}\n`;
}

function regexes(
  title: string,
  texts: Filter['failregex'],
  counted: readonly { readonly hits: number; readonly found?: RegexTally['failregex'][number]['found'] }[],
  { verbose }: ReportOptions,
): readonly string[] {
  const total = counted.reduce((sum, { hits }) => sum + hits, 0);
  const rows = counted.flatMap(({ hits, found = [] }, index) => {
    if (hits === 0 && verbose === 0) return [];
    const heading = `${String(index + 1).padStart(2)}) [${hits}] ${texts[index]?.value}`;
    return [
      heading,
      ...found.map(
        ({ id, time, shared }) =>
          `    ${id ?? '(no id yet)'}  ` +
          `${time === null ? '(no time)' : dayAndTime(time)}${shared ? ' (several regexes matched)' : ''}`,
      ),
    ];
  });
  return [`\n${title}: ${total} total`, ...list(rows, ' #) [# of hits] regular expression')];
}

function dateHits(dates: DateTemplates, tally: RegexTally, options: ReportOptions): readonly string[] {
  const rows = dates.templates.flatMap((template, index) => {
    const hits = tally.dates[index]?.hits ?? 0;
    if (hits === 0 && options.verbose === 0) return [];
    const details = options.verboseDate
      ? [`    # weight: ${template.weight.toFixed(3)}`, `    # regex:  ${template.regex.source}`]
      : [];
    return [`[${hits}] ${template.name}`, ...details];
  });
  return ['\nDate template hits:', ...list(rows, '[# of hits] date format')];
}

function lines(outcome: Outcome, { count, lines }: KeptLines, { show }: ReportOptions): readonly string[] {
  if (count === 0 || show[outcome] === 'none') return [];
  const heading = `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)} line(s):`;
  if (show[outcome] === 'few' && count >= MOST_SHOWN) {
    return [`${heading} ${count} are too many to show; --print-all-${outcome} shows them`];
  }
  return list(
    lines.map((line) => line.trimEnd()),
    heading,
  );
}

function list(rows: readonly string[], heading?: string): readonly string[] {
  if (rows.length === 0) return [];
  return [...(heading === undefined ? [] : [`|- ${heading}`]), ...rows.map((row) => `|  ${row}`), '`-'];
}

/** `Wed Dec 10 06:55:46 2025`, UTC. */
function dayAndTime(time: number): string {
  const [day, date, month, year, hours] = new Date(time * 1000).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${hours} ${year}`;
}
