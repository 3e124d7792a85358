import type { DateTemplates } from '../templates/date-template.ts';
import { type Matchers, matchersAt, type TemplateMatcher } from './template-matcher.ts';
import { TemplateOrder, type TemplatePlaces } from './template-order.ts';

/** A date found in a line. */
export interface FoundDate {
  /**
   * Epoch seconds; whole, except for epoch templates. `undefined` when the text is no time, which
   * has two causes: it is empty (`start` equals `end`: the pattern was `{NONE}` or all of it
   * optional, so the line needs no date), or it names a date that does not exist, such as February
   * 30th. fail2ban cuts the text out in every case.
   */
  readonly time: number | undefined;
  /** The text to cut out of the line: UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Index into {@link DateTemplates.templates}. */
  readonly template: number;
}

/**
 * What a detector has learned of one log stream: which templates have won, and where.
 * JSON-serializable; kept with the stream, so that cutting a log into batches changes nothing.
 */
export interface DetectorState {
  readonly last: LastDate;
  readonly places: TemplatePlaces;
}

/**
 * The place of the last date, and the characters around its ends as UTF-16 codes; -1 beyond the
 * line.
 */
interface LastDate {
  readonly template: number;
  readonly start: number;
  readonly end: number;
  readonly before: number;
  readonly first: number;
  readonly final: number;
  readonly after: number;
}

export interface DateDetector {
  /**
   * The date of a line (without its line end), or `undefined`. `now`, epoch seconds, supplies the
   * parts that the line omits (year, day), sets the years that `%ExY` accepts, and is the clock of
   * templates out of use.
   */
  find(line: string, now: number): FoundDate | undefined;
  /** `undefined` until the first date is found. */
  state(): DetectorState | undefined;
}

/**
 * Finds the date of each line of one log stream, line after line, as fail2ban does
 * (`fail2ban/server/datedetector.py: DateDetector.matchTime`): the template that won last is tried
 * first; if the place of its match has changed, another may be meant and all are tried. Pass
 * `state` to continue where another detector stopped.
 */
export function createDateDetector(dates: DateTemplates, state?: DetectorState): DateDetector {
  return new Detector(dates, state);
}

/** A match that another template may beat. */
interface Candidate {
  readonly position: number;
  readonly matchStart: number;
  readonly matchEnd: number;
  readonly date: FoundDate;
}

/** Before the first date, and beyond a line's ends. */
const NONE = -1;

class Detector implements DateDetector {
  readonly #dates: DateTemplates;
  readonly #order: TemplateOrder;
  #matchers: Matchers | undefined;
  /** The last winner's place in the order of trial. */
  #position = NONE;
  /** Where its match began and ended. */
  #start = 1;
  #end = NONE;
  /** The characters left of it, its first, its last, and the one right of it. */
  #before = NONE;
  #first = NONE;
  #final = NONE;
  #after = NONE;

  constructor(dates: DateTemplates, state: DetectorState | undefined) {
    this.#dates = dates;
    this.#order = new TemplateOrder(dates.templates, state?.places);
    if (state === undefined) return;
    const { template, start, end, before, first, final, after } = state.last;
    this.#position = this.#order.order.indexOf(template);
    this.#start = start;
    this.#end = end;
    this.#before = before;
    this.#first = first;
    this.#final = final;
    this.#after = after;
  }

  state(): DetectorState | undefined {
    const template = this.#order.order[this.#position];
    if (template === undefined) return undefined;
    const last = {
      template,
      start: this.#start,
      end: this.#end,
      before: this.#before,
      first: this.#first,
      final: this.#final,
      after: this.#after,
    };
    return { last, places: this.#order.places() };
  }

  find(line: string, now: number): FoundDate | undefined {
    const matchers = this.#matchersAt(now);
    const template = this.#order.order[this.#position];
    const matcher = template === undefined ? undefined : matchers.matchers[template];
    if (template === undefined || matcher === undefined) return this.#findAmongAll(line, now, NONE, undefined);
    const inPlace = !matcher.anchored && this.#endsAgree(line);
    const found = inPlace ? matcher.searchPart(line, this.#start, this.#end) : matcher.search(line);
    const skip = inPlace ? NONE : this.#position;
    if (!found) return this.#findAmongAll(line, now, skip, undefined);
    this.#order.seen[template] = true;
    const date = dateOf(matcher, template, now);
    const settled = matcher.anchored || this.#order.order.length === 1 || this.#isInSamePlace(matcher);
    if (settled) return this.#won(line, now, this.#position, matcher.start, matcher.end, date);
    // Another place than last time: another template may have been meant.
    const candidate = { position: this.#position, matchStart: matcher.start, matchEnd: matcher.end, date };
    return this.#findAmongAll(line, now, skip, candidate);
  }

  /**
   * Tries all templates except the one at `skip`; `best` is the result if none of them settles it.
   */
  #findAmongAll(line: string, now: number, skip: number, best: Candidate | undefined): FoundDate | undefined {
    const matchers = this.#matchersAt(now);
    const { order, seen } = this.#order;
    const gate = matchers.gateIfWorth();
    const mayStart = gate?.mayStart(line) ?? true;
    const mayHave = gate?.mayHave(line, order[skip] ?? NONE) ?? true;
    let leftmost = best;
    for (let position = 0; position < order.length; position += 1) {
      const template = order[position] ?? NONE;
      const matcher = matchers.matchers[template];
      const place = gate?.places[template] ?? 'unknown';
      if (place !== 'unknown' && !(place === 'start' ? mayStart : mayHave)) continue;
      if (matcher === undefined || position === skip || !matcher.search(line)) continue;
      seen[template] = true;
      const { start, end } = matcher;
      const settled = this.#settles(matcher, template, position);
      // Further right than expected: it may be part of the message.
      if (!settled && leftmost !== undefined && start >= leftmost.matchStart) continue;
      const date = dateOf(matcher, template, now);
      if (settled) return this.#won(line, now, position, start, end, date);
      leftmost = { position, matchStart: start, matchEnd: end, date };
    }
    if (leftmost === undefined) return undefined;
    return this.#won(line, now, leftmost.position, leftmost.matchStart, leftmost.matchEnd, leftmost.date);
  }

  #settles({ anchored, start }: TemplateMatcher, template: number, position: number): boolean {
    const { order, hits, seen, distance } = this.#order;
    const next = order[position + 1];
    if (next === undefined || anchored) return true;
    if (start === 0 && (hits[template] ?? 0) > 0 && !seen[next]) return true;
    return start <= (distance[template] ?? 0) && start <= this.#start;
  }

  #won(line: string, now: number, position: number, start: number, end: number, date: FoundDate): FoundDate {
    this.#start = start;
    this.#end = end;
    this.#before = codeAt(line, start - 1);
    this.#first = codeAt(line, start);
    // Python's index -1, for an empty match at the line's start, is the line's last character.
    this.#final = codeAt(line, end === 0 ? line.length - 1 : end - 1);
    this.#after = codeAt(line, end);
    this.#position = this.#order.won(position, start, position === this.#position, now);
    return date;
  }

  #isInSamePlace(matcher: TemplateMatcher): boolean {
    return matcher.start === this.#start && matcher.end === this.#end;
  }

  /**
   * Whether the characters at both ends of the last date are the same again: those outside it, or
   * else those inside if they are no letters or digits.
   */
  #endsAgree(line: string): boolean {
    const left =
      codeAt(line, this.#start - 1) === this.#before ||
      (codeAt(line, this.#start) === this.#first && !isAlphanumericAt(line, this.#start));
    if (!left) return false;
    return (
      codeAt(line, this.#end) === this.#after ||
      (codeAt(line, this.#end - 1) === this.#final && !isAlphanumericAt(line, this.#end - 1))
    );
  }

  #matchersAt(now: number): Matchers {
    const known = this.#matchers;
    if (known !== undefined && now >= known.from && now < known.until) return known;
    const matchers = matchersAt(this.#dates, now);
    this.#matchers = matchers;
    return matchers;
  }
}

function dateOf(matcher: TemplateMatcher, template: number, now: number): FoundDate {
  const time = matcher.time(now);
  return { time: Number.isNaN(time) ? undefined : time, start: matcher.cutStart, end: matcher.cutEnd, template };
}

function codeAt(line: string, index: number): number {
  return index >= 0 && index < line.length ? line.charCodeAt(index) : NONE;
}

const ALPHANUMERIC = /[\p{L}\p{N}]/u;

/** The whole character, even where the offset is at one half of a surrogate pair. */
function isAlphanumericAt(line: string, index: number): boolean {
  const code = codeAt(line, index);
  const codePoint = line.codePointAt(code >= 0xdc00 && code <= 0xdfff ? index - 1 : index);
  return index >= 0 && codePoint !== undefined && ALPHANUMERIC.test(String.fromCodePoint(codePoint));
}
