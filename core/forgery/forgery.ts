import type { CompiledMatch } from '../records/compiled-jail.ts';
import { textsBesideAddress } from './eaten-address.ts';
import { type ForgedPlace, forgedTexts } from './forged-lines.ts';
import type { InspectedJail, InspectedRegex } from './inspected-jail.ts';
import { answers, type Layout, layouts } from './log-lines.ts';
import { seededRandom } from './random.ts';
import { type Addresses, type Piece, textOf } from './sampled-text.ts';
import { plainness, sampleSubject } from './subjects.ts';

/** A line of one address that the jail takes for another's. */
export interface Forgery {
  readonly kind: ForgeryKind;
  readonly line: string;
  /** The part of the line that a stranger chose, or that happens to stand there. */
  readonly chosen: string;
  readonly place: ForgedPlace;
  /** The address that the line is about. */
  readonly truth: string;
  /** The address that the jail would ban. */
  readonly victim: string;
}

/**
 * From the worst to the least. `eaten`: what stands beside the address takes some of it, for every
 * client. `chosen`: text that a wildcard before the address takes. `two-sided`: there is variable
 * text on both sides, and a client controls the text after the address. `raw`: before the address
 * stands what the regex takes no such text for, but a program may write. `open`: text that the
 * regex does not restrict. `beside`: text that touches the address and goes on like it.
 */
export type ForgeryKind = (typeof KINDS)[number];
const KINDS = ['eaten', 'chosen', 'two-sided', 'raw', 'open', 'beside'] as const;

/** Of the ranges for documentation (RFC 5737, RFC 3849). */
const TRUTH: Addresses = { ipv4: '192.0.2.110', ipv6: '2001:db8::10' };
const VICTIM: Addresses = { ipv4: '203.0.113.9', ipv6: '2001:db8:bad::9' };
const SAMPLES = 20;
/** Where a regex is open matters least. */
const OPEN_SAMPLES = 6;

/**
 * Looks for a line of some address that the jail answers with another: samples lines that this
 * failregex matches, puts text of the form of the regex itself in each of its variable parts, and
 * has the jail's own matcher judge. What is returned is proven, and the worst that was found;
 * `undefined` means that no such line was found.
 */
export function findForgery(jail: InspectedJail, failregex: InspectedRegex): Forgery | undefined {
  return new Search(jail, failregex).run();
}

class Search {
  readonly #jail: InspectedJail;
  readonly #failregex: InspectedRegex;
  /** The failregex alone, on texts without dates: rules out most candidates in microseconds. */
  readonly #alone: CompiledMatch;
  /** The regex itself, where it sees the whole text: rules out most candidates before that. */
  readonly #quick: RegExp | undefined;
  readonly #layouts: readonly Layout[];
  readonly #tried = new Set<string>();
  #worst: Forgery | undefined;

  constructor(jail: InspectedJail, failregex: InspectedRegex) {
    const { firstCharacters: _, ...match } = jail.match;
    this.#jail = jail;
    this.#failregex = failregex;
    this.#alone = { ...match, failregex: [failregex.translated], prefilter: undefined, literals: [], dates: undefined };
    const { source, flags } = failregex.translated;
    this.#quick = match.prefregex || match.maxlines > 1 ? undefined : new RegExp(source, flags);
    this.#layouts = layouts(match.dates);
  }

  run(): Forgery | undefined {
    this.#sample(SAMPLES, false);
    if (this.#worst === undefined || this.#worst.kind === 'beside') this.#sample(OPEN_SAMPLES, true);
    return this.#worst;
  }

  #sample(samples: number, open: boolean): void {
    const random = seededRandom(1);
    for (let attempt = 0; attempt < samples && this.#interests('chosen'); attempt++) {
      const sampling = { addresses: TRUTH, random, plain: plainness(attempt), open };
      const pieces = sampleSubject(this.#jail, this.#failregex, sampling);
      if (!pieces || (!open && this.#tried.has(textOf(pieces)))) continue;
      if (!open) this.#tried.add(textOf(pieces));
      this.#lookBeside(pieces);
      this.#lookForged(pieces);
    }
  }

  /** Whether a forgery of this kind is worse than what was found. */
  #interests(kind: ForgeryKind): boolean {
    return this.#worst === undefined || KINDS.indexOf(kind) < KINDS.indexOf(this.#worst.kind);
  }

  #keep(forgery: Forgery | undefined): void {
    if (forgery && this.#interests(forgery.kind)) this.#worst = forgery;
  }

  #lookBeside(pieces: readonly Piece[]): void {
    const family = pieces.find(({ address }) => address)?.address;
    if (!family) return;
    const truth = TRUTH[family];
    for (const { subject, chosen, side, apart } of textsBesideAddress(pieces)) {
      const kind = apart ? 'eaten' : 'beside';
      if (!this.#interests(kind)) continue;
      const victim = answers(this.#alone, subject).find((id) => isPart(id, truth, side));
      if (victim === undefined) continue;
      const line = this.#line(subject, victim, this.#layouts);
      this.#keep(line === undefined ? undefined : { kind, line, chosen, place: side, truth, victim });
    }
  }

  #lookForged(pieces: readonly Piece[]): void {
    const family = pieces.find(({ address }) => address)?.address;
    if (!family) return;
    const [truth, victim] = [TRUTH[family], VICTIM[family]];
    const honest = textOf(pieces);
    if (!isAnswer(answers(this.#alone, honest), truth)) return;
    const { match } = this.#jail;
    const fitting = this.#layouts.filter((layout) => isAnswer(answers(match, layout(honest)), truth));
    if (fitting.length === 0) return;
    for (const { subject, chosen, place, raw } of forgedTexts(pieces, VICTIM)) {
      const kind = kindOf(place, raw);
      if (!this.#interests(kind) || !this.#couldMatch(subject)) continue;
      if (!isAnswer(answers(this.#alone, subject), victim)) continue;
      const line = this.#line(subject, victim, fitting);
      this.#keep(line === undefined ? undefined : { kind, line, chosen, place, truth, victim });
    }
  }

  #couldMatch(subject: string): boolean {
    if (!this.#quick) return true;
    this.#quick.lastIndex = 0;
    return this.#quick.test(subject);
  }

  /** The text as a line that the whole jail answers so. */
  #line(subject: string, victim: string, forms: readonly Layout[]): string | undefined {
    return forms.map((form) => form(subject)).find((text) => isAnswer(answers(this.#jail.match, text), victim));
  }
}

function kindOf(place: ForgedPlace, raw: boolean): ForgeryKind {
  if (place === 'before') return raw ? 'raw' : 'chosen';
  return place === 'behind' ? 'two-sided' : 'open';
}

function isAnswer(ids: readonly string[], address: string): boolean {
  return ids.length > 0 && ids.every((id) => id === address);
}

/** The address without its first or last characters, or with more of them, on this side. */
function isPart(id: string, truth: string, side: 'before' | 'behind'): boolean {
  if (id === truth) return false;
  return side === 'before' ? truth.endsWith(id) || id.endsWith(truth) : truth.startsWith(id) || id.startsWith(truth);
}
