import { createDateDetector, type FoundDate } from '../dates/detector/date-detector.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';
import { createFailureFinder, type FoundFailure } from './find-failures.ts';
import { cutDate } from './line-dates.ts';
import { isTooLong } from './longest-line.ts';
import { prepareMatch } from './prepared-match.ts';
import type { Restorable } from './time-budget.ts';

/** The results of all regexes of a filter on one line. */
interface Evaluation {
  /** Where the date is, and which template found it. */
  readonly date: FoundDate | undefined;
  /** Epoch seconds; that of an earlier line for a line without a date, `undefined` when unknown. */
  readonly time: number | undefined;
  /** prefregex let the line through; true when there is no prefregex. */
  readonly passed: boolean;
  /** Index of the ignoreregex that dropped the line. */
  readonly ignoredBy: number | undefined;
  /** Every failregex that matched, nofail ones and those without an id included. */
  readonly found: readonly FoundFailure[];
}

export interface LineEvaluator extends Restorable {
  /**
   * @param time epoch seconds where the source has the time, as a journal does: the line is then
   *   read as one without a date
   */
  evaluate(text: string, time?: number): Evaluation;
}

const NOT_MATCHED: Evaluation = {
  date: undefined,
  time: undefined,
  passed: false,
  ignoredBy: undefined,
  found: [],
};

/** fail2ban/server/filter.py: processLine */
const LONGEST_WITHOUT_DATE = 60;

/**
 * Runs all regexes on every line, for testing filters: no prefilter, no clock, hosts as they were
 * captured (use `banKey` for what would be banned). Dates, sessions and the maxlines buffer carry
 * over from line to line as they do in fail2ban-regex.
 *
 * @param all false: the first failregex that matches decides, as in a jail (fail2ban-regex
 *   --no-check-all)
 * @param now epoch seconds, for dates without a year, and for how long the last date serves lines
 *   without one
 */
export function createEvaluator(match: CompiledMatch, now: number, all = true): LineEvaluator {
  const prepared = prepareMatch(match, 'all');
  const { dates } = match;
  let detector = dates && createDateDetector(dates);
  let passed = false;
  let ignoredBy: number | undefined;
  const finder = createFailureFinder(prepared, {
    all,
    tester: true,
    onIgnored: (index) => {
      ignoredBy = index;
    },
    onPrefregex: () => {
      passed = true;
    },
  });
  let lastDate: number | undefined;

  function timeOf(found: FoundDate | undefined): { readonly time: number | undefined; readonly dated: boolean } {
    if (found?.time !== undefined) {
      lastDate = found.time;
      return { time: lastDate, dated: true };
    }
    if (lastDate !== undefined && lastDate > now - LONGEST_WITHOUT_DATE) return { time: lastDate, dated: false };
    const optional = found !== undefined && found.start === found.end;
    return { time: optional ? now : undefined, dated: true };
  }

  return {
    evaluate(text, given) {
      if (isTooLong(text)) return NOT_MATCHED;
      passed = prepared.prefregex === undefined;
      ignoredBy = undefined;
      if (given !== undefined) lastDate = given;
      const date = given === undefined ? detector?.find(text, now) : undefined;
      const { time, dated } = given === undefined ? timeOf(date) : { time: given, dated: false };
      const found = finder.find(dated ? cutDate(text, date) : { subject: text, text }, time);
      return { date, time, passed, ignoredBy, found };
    },
    snapshot() {
      const restore = finder.snapshot();
      const kept = { lastDate, learned: detector?.state() };
      return () => {
        restore();
        lastDate = kept.lastDate;
        detector = dates && createDateDetector(dates, kept.learned);
      };
    },
  };
}
