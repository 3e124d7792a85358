import { DateFields } from '../date-fields.ts';
import { captured, type FieldReader, fieldReader, plainDigits } from '../scanner/group-fields.ts';
import { Scanner, type Verdict } from '../scanner/scanner.ts';
import type { DateTemplate, DateTemplates } from '../templates/date-template.ts';
import { forAscii, forUnicode } from '../templates/placeholders.ts';
import { TimeResolver } from './resolve-time.ts';
import { AT_WORD, sieveOf } from './sieve.ts';
import { TemplateGate } from './template-gate.ts';
import { type YearRange, yearRangeAt } from './year-range.ts';

const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Matches one template. It holds its last match, so that searching a line without a date allocates
 * nothing.
 */
export class TemplateMatcher {
  readonly #template: DateTemplate;
  readonly #years: YearRange;
  /** Tied to the start or the end of the line. */
  readonly anchored: boolean;
  // Built when first needed, because most of the 31 templates are never tried.
  #scanner: Scanner | undefined;
  /** Matches wherever the template does, and rarely elsewhere. */
  #sieve: RegExp | undefined;
  readonly #resolver: TimeResolver;
  #readFields: FieldReader | undefined;
  readonly #fields = new DateFields();
  #asciiRegex: RegExp | undefined;
  #unicodeRegex: RegExp | undefined;
  /** The last match, unless the scanner found it. */
  #match: RegExpExecArray | undefined;
  /** Where the last match stands. */
  start = 0;
  end = 0;
  /**
   * The part of the match that is cut out of the line; empty, at 0, when its group took no part.
   */
  cutStart = 0;
  cutEnd = 0;

  constructor(template: DateTemplate, years: YearRange, resolver: TimeResolver) {
    this.#template = template;
    this.#years = years;
    this.#resolver = resolver;
    this.anchored = template.anchored;
  }

  get #scannerIfAny(): Scanner | undefined {
    const { scan } = this.#template;
    if (scan !== undefined) this.#scanner ??= new Scanner(scan, this.#years.lastDecade);
    return this.#scanner;
  }

  /** Looks for the template anywhere in the line. */
  search(line: string): boolean {
    const scanner = this.#scannerIfAny;
    if (scanner === undefined) return this.#exec(line, 0);
    const verdict = scanner.isTiedToStart ? scanner.atLineStart(line) : this.#sift(scanner, line);
    if (verdict === 'none') return false;
    return verdict === 'match' ? this.#take(scanner) : this.#exec(line, 0);
  }

  /** The sieve misses nothing, so what the scanner reads at its first place is the first match. */
  #sift(scanner: Scanner, line: string): Verdict {
    this.#sieve ??= new RegExp(AT_WORD + sieveOf(scanner.scan, this.#years.regex), 'i');
    const at = line.search(this.#sieve);
    if (at < 0) return 'none';
    return scanner.at(line, at) === 'match' ? 'match' : 'unsure';
  }

  /** Looks from one offset on, in a line that ends at the other. */
  searchPart(line: string, from: number, to: number): boolean {
    const scanner = this.#scannerIfAny;
    if (scanner?.inPlace(line, from, to) === 'match') return this.#take(scanner);
    return this.#exec(to < line.length ? line.slice(0, to) : line, from);
  }

  #take(scanner: Scanner): boolean {
    this.#match = undefined;
    this.start = scanner.start;
    this.end = scanner.end;
    this.cutStart = scanner.cutStart;
    this.cutEnd = scanner.cutEnd;
    return true;
  }

  #exec(text: string, from: number): boolean {
    const regex = BEYOND_ASCII.test(text) ? this.#forUnicode() : this.#forAscii();
    regex.lastIndex = from;
    const match = regex.exec(text);
    if (match === null) return false;
    this.#match = match;
    this.start = match.index;
    this.end = match.index + match[0].length;
    this.#placeCut(match);
    return true;
  }

  #forAscii(): RegExp {
    this.#asciiRegex ??= this.#compiled(forAscii(this.#template.regex.source, this.#years.regex));
    return this.#asciiRegex;
  }

  #forUnicode(): RegExp {
    this.#unicodeRegex ??= this.#compiled(forUnicode(this.#template.regex.source, this.#years.regex));
    return this.#unicodeRegex;
  }

  #compiled(source: string): RegExp {
    return new RegExp(source, `${this.#template.regex.flags}g${this.#template.cutAtEnd ? '' : 'd'}`);
  }

  /** Group 1 may stand anywhere in the match, or have taken no part in it. */
  #placeCut(match: RegExpExecArray): void {
    this.cutStart = 0;
    this.cutEnd = 0;
    for (const capture of this.#template.cut) {
      const text = match[capture];
      if (text === undefined) continue;
      this.cutStart = this.#template.cutAtEnd ? this.end - text.length : (match.indices?.[capture]?.[0] ?? 0);
      this.cutEnd = this.cutStart + text.length;
      return;
    }
  }

  /** Epoch seconds of the last match; NaN when it is no date, or the text to cut out is empty. */
  time(now: number): number {
    if (this.cutStart === this.cutEnd) return Number.NaN;
    const match = this.#match;
    const { kind, cut, epoch, longEpoch } = this.#template;
    if (match === undefined) return this.#timeOfScan(now);
    if (kind === 'epoch') return epochTime(captured(match, epoch ?? cut), longEpoch === true);
    if (kind === 'tai64n') return tai64nTime(captured(match, cut));
    this.#readFields ??= fieldReader(this.#template.regex);
    this.#readFields(match, this.#fields);
    return this.#resolver.resolve(this.#fields, now);
  }

  #timeOfScan(now: number): number {
    return this.#scanner === undefined ? Number.NaN : this.#resolver.resolve(this.#scanner.fields, now);
  }
}

/** `datetemplate.py: DateEpoch.getDate` */
function epochTime(text: string | undefined, long: boolean): number {
  if (text === undefined) return Number.NaN;
  const digits = plainDigits(text);
  const value = Number(digits);
  if (!long || digits.length < 13) return value;
  return digits.length >= 16 && !digits.includes('.') ? value / 1_000_000 : value / 1000;
}

/**
 * An `@`, 2^62 plus the seconds in 16 hexadecimal digits, nanoseconds in 8. Leap seconds are not
 * subtracted, as in fail2ban.
 */
function tai64nTime(text: string | undefined): number {
  return text === undefined ? Number.NaN : Number.parseInt(text.slice(2, 17), 16);
}

/** Building a gate takes as long as searching about this many lines without one. */
const LINES_BEFORE_GATE = 16;

/**
 * The templates of a jail as matchers, good for any `now` from {@link from} until {@link until}.
 */
export class Matchers {
  readonly from: number;
  readonly until: number;
  readonly matchers: readonly TemplateMatcher[];
  readonly #templates: readonly DateTemplate[];
  readonly #decades: string;
  #gate: TemplateGate | undefined;
  #linesSearched = 0;

  constructor({ templates, defaultZoneMinutes }: DateTemplates, years: YearRange) {
    const resolver = new TimeResolver(defaultZoneMinutes);
    this.from = years.from;
    this.until = years.until;
    this.matchers = templates.map((template) => new TemplateMatcher(template, years, resolver));
    this.#templates = templates;
    this.#decades = years.regex;
  }

  /** Rules out templates for a line. */
  get gate(): TemplateGate {
    this.#gate ??= new TemplateGate(this.#templates, this.#decades);
    return this.#gate;
  }

  /** The gate, built once enough lines were searched to repay its cost. */
  gateIfWorth(): TemplateGate | undefined {
    if (this.#gate === undefined && this.#linesSearched < LINES_BEFORE_GATE) {
      this.#linesSearched += 1;
      return undefined;
    }
    return this.gate;
  }
}

const prepared = new WeakMap<DateTemplates, Map<number, Matchers>>();

/**
 * Built once for each jail and decade, because a detector is created for every batch of log events.
 */
export function matchersAt(dates: DateTemplates, now: number): Matchers {
  const years = yearRangeAt(now);
  const byRange = prepared.get(dates) ?? new Map<number, Matchers>();
  prepared.set(dates, byRange);
  const made = byRange.get(years.from) ?? new Matchers(dates, years);
  byRange.set(years.from, made);
  return made;
}
