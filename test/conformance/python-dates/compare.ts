import { createDateDetector, type FoundDate } from '../../../core/dates/detector/date-detector.ts';
import { compileDateTemplates } from '../../../core/dates/templates/date-templates.ts';
import type { Answer, Fail2banDate, Question } from './ask-fail2ban.ts';

/**
 * Where cloudjail and fail2ban are known to differ. fail2ban drops a line with an exception, which
 * it counts as an error of the jail; cloudjail continues with the exception's result.
 */
export const EXPLAINED: Readonly<Record<string, { readonly why: string; readonly time: 'none' | 'any' }>> = {
  KeyError: { why: 'a zone abbreviation it does not know: no date', time: 'none' },
  TypeError: { why: 'a day without a month, or a month without a day: no date', time: 'none' },
  OverflowError: { why: 'a zone that moves the date out of the years 1 to 9999: no date', time: 'none' },
  IndexError: { why: 'an empty match at the end of a line: the line needs no date', time: 'none' },
  AttributeError: { why: '%I where an optional %p took no part: before noon', time: 'any' },
};

export interface Difference {
  readonly question: Question;
  readonly line: string;
  readonly fail2ban: unknown;
  readonly cloudjail: unknown;
}

/** The first line of the question that the two read differently. */
export function difference(question: Question, answer: Answer): Difference | undefined {
  const { datepattern, logtimezone, now, lines } = question;
  const { dates, diagnostics } = compileDateTemplates(datepattern ?? undefined, {
    logtimezone: logtimezone ?? undefined,
  });
  if ('refused' in answer || dates === undefined) {
    if ('refused' in answer && dates === undefined) return undefined;
    return { question, line: '', fail2ban: 'refused' in answer ? answer.refused : 'accepts', cloudjail: diagnostics };
  }
  const detector = createDateDetector(dates);
  for (const [index, line] of lines.entries()) {
    const theirs = answer.found[index] ?? null;
    const ours = detector.find(line, now);
    if (!same(theirs, ours)) return { question, line, fail2ban: theirs, cloudjail: ours };
    // The exception leaves fail2ban's detector half way through noting where the date was.
    if (theirs !== null && 'raised' in theirs && theirs.raised === 'IndexError') return undefined;
  }
  return undefined;
}

function same(theirs: Fail2banDate, ours: FoundDate | undefined): boolean {
  if (theirs === null || ours === undefined) return theirs === null && ours === undefined;
  if ('raised' in theirs) {
    const explained = EXPLAINED[theirs.raised];
    return explained !== undefined && (explained.time === 'any' || ours.time === undefined);
  }
  const [start, end, time] = theirs;
  return start === ours.start && end === ours.end && (time ?? undefined) === ours.time;
}
