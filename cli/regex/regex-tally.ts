import type { LineVerdict } from './line-verdict.ts';

/** A match of one failregex, for the verbose report. */
export interface Hit {
  readonly id: string | null;
  readonly time: number | null;
  /** Another failregex matched the line too. */
  readonly shared: boolean;
}

/** Lines of one outcome: all counted, some kept. */
export interface KeptLines {
  count: number;
  readonly lines: string[];
}

/**
 * How many lines of an outcome are kept to be shown; fail2ban-regex shows fewer than 20, or prints
 * that there are more.
 */
export const MOST_SHOWN = 20;

/** The numbers of a test of a filter on a log. */
export interface RegexTally {
  lines: number;
  prefregex: number;
  /** By failregex. */
  readonly failregex: readonly { hits: number; readonly found: Hit[] }[];
  readonly ignoreregex: readonly { hits: number }[];
  /** By date template. */
  readonly dates: readonly { hits: number }[];
  readonly matched: KeptLines;
  readonly ignored: KeptLines;
  readonly missed: KeptLines;
}

export interface TallyOptions {
  readonly failregexes: number;
  readonly ignoreregexes: number;
  readonly dateTemplates: number;
  /** Outcomes whose lines are kept however many there are. */
  readonly keepAll: ReadonlySet<LineVerdict['outcome']>;
  /** Keep what each failregex found. */
  readonly keepFound: boolean;
}

export function createTally(options: TallyOptions): RegexTally {
  const each = <T>(length: number, make: () => T): readonly T[] => Array.from({ length }, make);
  return {
    lines: 0,
    prefregex: 0,
    failregex: each(options.failregexes, () => ({ hits: 0, found: [] })),
    ignoreregex: each(options.ignoreregexes, () => ({ hits: 0 })),
    dates: each(options.dateTemplates, () => ({ hits: 0 })),
    matched: { count: 0, lines: [] },
    ignored: { count: 0, lines: [] },
    missed: { count: 0, lines: [] },
  };
}

export function addToTally(tally: RegexTally, text: string, verdict: LineVerdict, options: TallyOptions): void {
  tally.lines += 1;
  if (verdict.passedPrefregex) tally.prefregex += 1;
  hit(tally.dates, verdict.dateTemplate);
  hit(tally.ignoreregex, verdict.ignoredBy);
  for (const { failregex, id } of verdict.matches) {
    const regex = tally.failregex[failregex - 1];
    if (!regex) continue;
    regex.hits += 1;
    if (options.keepFound) regex.found.push({ id, time: verdict.time, shared: verdict.matches.length > 1 });
  }
  const keep = (outcome: LineVerdict['outcome'], line: string): void => {
    const kept = tally[outcome];
    kept.count += 1;
    if (options.keepAll.has(outcome) || kept.lines.length <= MOST_SHOWN) kept.lines.push(line);
  };
  for (const line of verdict.earlierLines) {
    tally.missed.count -= 1;
    const at = tally.missed.lines.indexOf(line);
    if (at >= 0) tally.missed.lines.splice(at, 1);
    keep('matched', line);
  }
  keep(verdict.outcome, text);
}

function hit(counters: readonly { hits: number }[], index: number | undefined): void {
  const counter = index === undefined ? undefined : counters[index];
  if (counter) counter.hits += 1;
}
