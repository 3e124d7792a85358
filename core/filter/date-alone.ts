import type { DateTemplates, FoundDate } from '../dates/date-detector.ts';
import { type Matchers, matchersAt, type TemplateMatcher } from '../dates/template-matcher.ts';

/** The date of a line by itself. */
export type DateFinder = (line: string, now: number) => FoundDate | undefined;

/** Further right than this, a match of a template that is not tied to the line's start or end may be part of the message. */
const AT_START = 1;

/**
 * Finds what a new detector finds in its first line: the first anchored template that matches; else, of the others, the leftmost.
 * A date is then a function of its line, whatever the lines before it, and of how they were cut into batches.
 */
export function dateAlone(dates: DateTemplates): DateFinder {
  let prepared: Matchers | undefined;
  return (line, now) => {
    if (prepared === undefined || now < prepared.from || now >= prepared.until) prepared = matchersAt(dates, now);
    const { matchers } = prepared;
    let leftmost: number | undefined;
    for (let index = 0; index < matchers.length; index++) {
      const matcher = matchers[index] as TemplateMatcher;
      if (!matcher.search(line)) continue;
      const settles = index === matchers.length - 1 || dates.templates[index]?.anchored || matcher.start <= AT_START;
      if (settles) return found(matcher, index, now);
      if (leftmost === undefined || matcher.start < (matchers[leftmost] as TemplateMatcher).start) leftmost = index;
    }
    return leftmost === undefined ? undefined : found(matchers[leftmost] as TemplateMatcher, leftmost, now);
  };
}

function found(matcher: TemplateMatcher, template: number, now: number): FoundDate {
  const time = matcher.time(now);
  return {
    time: Number.isNaN(time) ? undefined : time,
    start: matcher.cutStart,
    end: matcher.cutEnd,
    template,
  };
}
