import type { FoundDate } from '../dates/detector/date-detector.ts';
import { type Matchers, matchersAt, type TemplateMatcher } from '../dates/detector/template-matcher.ts';
import type { DateTemplates } from '../dates/templates/date-template.ts';

/** The date of a line by itself. */
export type DateFinder = (line: string, now: number) => FoundDate | undefined;

/**
 * Further right than this, a match of a template that is not tied to the line's start or end may be
 * part of the message.
 */
const AT_START = 1;
/** No template is left out. */
const NONE = -1;

/**
 * Finds what a new detector finds in its first line: the first anchored template that matches;
 * else, of the others, the leftmost. A date is then a function of its line, whatever the lines
 * before it, and of how they were cut into batches.
 */
export function dateAlone(dates: DateTemplates): DateFinder {
  let prepared: Matchers | undefined;
  /**
   * The last winner: where nothing else can match, it need not be compared with the others. Changes
   * no result.
   */
  let hint: number | undefined;

  function matchersNow(now: number): Matchers {
    if (prepared === undefined || now < prepared.from || now >= prepared.until) prepared = matchersAt(dates, now);
    return prepared;
  }

  function search({ matchers, gate }: Matchers, line: string): number | undefined {
    const mayStart = gate.mayStart(line);
    if (!mayStart && hint !== undefined && !gate.mayHave(line, hint)) {
      return (matchers[hint] as TemplateMatcher).search(line) ? hint : undefined;
    }
    let mayHave: boolean | undefined;
    let leftmost: number | undefined;
    for (let index = 0; index < matchers.length; index++) {
      const place = gate.places[index];
      if (place === 'start' && !mayStart) continue;
      if (place === 'word' || place === 'anywhere') {
        mayHave ??= gate.mayHave(line, NONE);
        if (!mayHave) continue;
      }
      const matcher = matchers[index] as TemplateMatcher;
      if (!matcher.search(line)) continue;
      const settles = index === matchers.length - 1 || dates.templates[index]?.anchored || matcher.start <= AT_START;
      if (settles) return index;
      if (leftmost === undefined || matcher.start < (matchers[leftmost] as TemplateMatcher).start) leftmost = index;
    }
    return leftmost;
  }

  return (line, now) => {
    const all = matchersNow(now);
    const template = search(all, line);
    if (template === undefined) return undefined;
    const known = !all.gate.places.includes('unknown');
    hint = known && all.gate.places[template] !== 'start' ? template : undefined;
    const matcher = all.matchers[template] as TemplateMatcher;
    const time = matcher.time(now);
    return { time: Number.isNaN(time) ? undefined : time, start: matcher.cutStart, end: matcher.cutEnd, template };
  };
}
