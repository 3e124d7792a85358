import type { Scan } from '../scanner/scan.ts';
import type { DateTemplate } from '../templates/date-template.ts';
import { ANY_DIGIT, AT_LINE_START, BEGINS_BEYOND_ASCII, beginsWithWord, sieveOf } from './sieve.ts';

/**
 * Where the dates of a template may begin: tied to the line's start, at `\b`, or anywhere.
 * `unknown`: it has no sieve.
 */
export type Place = 'start' | 'word' | 'anywhere' | 'unknown';

const EPOCH = `${ANY_DIGIT}{10}`;
const TAI64N = '@[0-9a-f]{24}';

/**
 * Shows whether any of many templates may match a line, so that a line without a date is not
 * searched 31 times. It uses one RegExp for the templates that are tied to the line's start, and
 * one for the others.
 */
export class TemplateGate {
  readonly places: readonly Place[];
  readonly #sieves: readonly string[];
  readonly #start: RegExp;
  readonly #hasOthers: boolean;
  /** Indexed by the omitted template, or -1. */
  readonly #others = new Map<number, RegExp>();

  constructor(templates: readonly DateTemplate[], decades: string) {
    this.places = templates.map(placeOf);
    this.#sieves = templates.map((template) => sieveOfTemplate(template, decades));
    this.#hasOthers = this.places.some((place) => place === 'word' || place === 'anywhere');
    this.#start = new RegExp(`${AT_LINE_START}(?:${this.#union('start', -1)})`, 'i');
  }

  #union(place: Place, except: number): string {
    const sieves = this.#sieves.filter((_, index) => this.places[index] === place && index !== except);
    return sieves.length === 0 ? '(?!)' : sieves.join('|');
  }

  /** A template tied to the line's start may match. */
  mayStart(line: string): boolean {
    return this.#start.test(line);
  }

  /** Another template than `except` (-1: any) may match, not tied to the line's start. */
  mayHave(line: string, except: number): boolean {
    return this.#hasOthers && this.#without(except).test(line);
  }

  #without(except: number): RegExp {
    const known = this.#others.get(except);
    if (known !== undefined) return known;
    const inWords = this.#union('word', except);
    const regex = new RegExp(`\\b(?:${inWords})|${this.#union('anywhere', except)}|${BEGINS_BEYOND_ASCII}`, 'i');
    this.#others.set(except, regex);
    return regex;
  }
}

function placeOf({ kind, scan, anchored, epoch, cut }: DateTemplate): Place {
  if (scan !== undefined) return placeOfScan(scan);
  if (kind === 'tai64n') return anchored ? 'start' : 'anywhere';
  // An epoch in an operator's own pattern is a group inside the group that is cut out, so it has no
  // sieve.
  if (kind !== 'epoch' || epoch?.[0] !== cut[0]) return 'unknown';
  return anchored ? 'start' : 'word';
}

function placeOfScan({ begin, steps }: Scan): Place {
  if (begin !== 'word') return 'start';
  return beginsWithWord(steps) ? 'word' : 'anywhere';
}

function sieveOfTemplate({ kind, scan }: DateTemplate, decades: string): string {
  if (scan !== undefined) return sieveOf(scan, decades);
  return kind === 'epoch' ? EPOCH : TAI64N;
}
