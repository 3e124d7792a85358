import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type ForgedPlace, forgedTexts } from './forged-lines.ts';
import type { InspectedJail, InspectedRegex } from './inspected-jail.ts';
import { answers, type Layout, layouts } from './log-lines.ts';
import { seededRandom } from './random.ts';
import { type Addresses, type Piece, textOf } from './sampled-text.ts';
import { plainness, sampleSubject } from './subjects.ts';

/** A line of one address that the jail takes for another's. */
export interface Forgery {
  readonly line: string;
  /** The part of the line that a stranger chose. */
  readonly chosen: string;
  readonly place: ForgedPlace;
  /** Whom the line is about, and whom the jail would ban. */
  readonly truth: string;
  readonly victim: string;
}

/** Of the ranges for documentation (RFC 5737, RFC 3849). */
const TRUTH: Addresses = { ipv4: '192.0.2.10', ipv6: '2001:db8::10' };
const VICTIM: Addresses = { ipv4: '203.0.113.9', ipv6: '2001:db8:bad::9' };
const SAMPLES = 32;

/**
 * Looks for a line of some address that the jail answers with another: samples lines that this
 * failregex matches, puts text of the form of the regex itself where it takes any, and has the
 * jail's own matcher judge. What is returned is proven; `undefined` says that no such line was
 * found. A text before the address is preferred, then one in a wildcard behind it, then one where
 * the regex is open.
 */
export function findForgery(jail: InspectedJail, failregex: InspectedRegex): Forgery | undefined {
  return new Search(jail, failregex).run();
}

class Search {
  readonly #jail: InspectedJail;
  readonly #failregex: InspectedRegex;
  /** The failregex alone, on texts without dates: rules out most candidates in microseconds. */
  readonly #alone: CompiledMatch;
  readonly #layouts: readonly Layout[];

  constructor(jail: InspectedJail, failregex: InspectedRegex) {
    const { firstCharacters: _, ...match } = jail.match;
    this.#jail = jail;
    this.#failregex = failregex;
    this.#alone = { ...match, failregex: [failregex.translated], prefilter: undefined, literals: [], dates: undefined };
    this.#layouts = layouts(match.dates);
  }

  run(): Forgery | undefined {
    return this.#search(false, ['before', 'behind']) ?? this.#search(true, ['open-start', 'open-end']);
  }

  /** The first forgery at the first of these places, or else the first at another of them. */
  #search(open: boolean, [best, ...others]: readonly ForgedPlace[]): Forgery | undefined {
    const random = seededRandom(1);
    let second: Forgery | undefined;
    for (let attempt = 0; attempt < SAMPLES; attempt++) {
      const sampling = { addresses: TRUTH, random, plain: plainness(attempt), open };
      const pieces = sampleSubject(this.#jail, this.#failregex, sampling);
      for (const forgery of pieces ? this.#forgeries(pieces) : []) {
        if (forgery.place === best) return forgery;
        if (others.includes(forgery.place)) second ??= forgery;
      }
    }
    return second;
  }

  *#forgeries(pieces: readonly Piece[]): Generator<Forgery> {
    const family = pieces.find(({ address }) => address)?.address;
    if (!family) return;
    const [truth, victim] = [TRUTH[family], VICTIM[family]];
    const honest = textOf(pieces);
    if (!isAnswer(answers(this.#alone, honest), truth)) return;
    const { match } = this.#jail;
    const fitting = this.#layouts.filter((layout) => isAnswer(answers(match, layout(honest)), truth));
    if (fitting.length === 0) return;
    for (const { subject, chosen, place } of forgedTexts(pieces, VICTIM)) {
      if (!isAnswer(answers(this.#alone, subject), victim)) continue;
      const line = fitting.map((layout) => layout(subject)).find((text) => isAnswer(answers(match, text), victim));
      if (line !== undefined) yield { line, chosen, place, truth, victim };
    }
  }
}

function isAnswer(ids: readonly string[], address: string): boolean {
  return ids.length > 0 && ids.every((id) => id === address);
}
