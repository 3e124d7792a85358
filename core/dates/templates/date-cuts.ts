import {
  ANY,
  BEYOND_ASCII_KINDS,
  DIGITS,
  LETTERS_AND_DIGITS,
  type Neighbours,
  NON_WORD_CHARACTERS,
  NOT_ASCII_DIGITS,
  WORD_CHARACTERS,
} from '../../pyregex/neighbour-set.ts';
import { groupNeighbours, lastCharacters } from '../../pyregex/neighbours.ts';
import { parse } from '../../pyregex/parse.ts';
import type { StandIn } from '../../pyregex/passage.ts';
import { DECADES, DIGIT, NON_WORD, WORD } from './placeholders.ts';
import { type Draft, draftLine } from './template-drafts.ts';

/** A way in which a date may be cut out of a line: what stands at the joint then. */
export interface DateCut {
  /** Left of the date. */
  readonly before: Neighbours;
  /** Right of it. */
  readonly after: Neighbours;
  /** What the date itself begins with. */
  readonly first: Neighbours;
  /** What it ends with. */
  readonly last: Neighbours;
  /** How many characters of the line there may be left of the date. */
  readonly mostBefore: number;
}

/** Nothing is known of where the date stands. */
export const CUT_ANYWHERE: DateCut = {
  before: ANY,
  after: ANY,
  first: ANY,
  last: ANY,
  mostBefore: Number.POSITIVE_INFINITY,
};

/**
 * Every way in which the templates of a datepattern (see `compileDateTemplates`) let a date be cut
 * out of a line, read off their regexes: no line is ever cut in another way, by a fresh detector or
 * one that has learnt. An unknown construct counts as {@link CUT_ANYWHERE}.
 */
export function dateCuts(datepattern: string | undefined): readonly DateCut[] {
  const text = datepattern ?? '';
  if (PLACEHOLDER.test(text)) return [CUT_ANYWHERE];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const drafts = (lines.length === 0 ? ['{DEFAULT}'] : lines).flatMap((line) => draftLine(line.trim()));
  const cuts = drafts.flatMap(cutOfOnce);
  return [...new Map(cuts.map((cut) => [Object.values(cut).join(' '), cut])).values()];
}

const PLACEHOLDER = new RegExp(`[${DECADES}${DIGIT}${WORD}${NON_WORD}]`);

const STAND_INS: ReadonlyMap<number, StandIn> = new Map([
  [DECADES.charCodeAt(0), { members: DIGITS, others: ANY }],
  [DIGIT.charCodeAt(0), { members: DIGITS, others: NOT_ASCII_DIGITS | BEYOND_ASCII_KINDS }],
  [WORD.charCodeAt(0), { members: WORD_CHARACTERS, others: NON_WORD_CHARACTERS }],
  [NON_WORD.charCodeAt(0), { members: NON_WORD_CHARACTERS, others: WORD_CHARACTERS }],
]);

const cutsByRegex = new Map<string, readonly DateCut[]>();

/** Most jails of a configuration have the same templates. */
function cutOfOnce(draft: Draft): readonly DateCut[] {
  if (draft.kind === 'unknown-directive') return [];
  const key = `${draft.anchored} ${draft.regex}`;
  const known = cutsByRegex.get(key) ?? cutOf(draft.regex, draft.anchored);
  cutsByRegex.set(key, known);
  return known;
}

function cutOf(regex: string, anchored: boolean): readonly DateCut[] {
  const parsed = parse(regex);
  const around = parsed.kind === 'parsed' ? groupNeighbours(parsed.ast.root, 1, STAND_INS) : undefined;
  if (parsed.kind === 'refused' || around === undefined) return [CUT_ANYWHERE];
  const { before, after, mostBefore, endsMatch, first, last } = around;
  if (first === 0n || before === 0n || after === 0n) return [];
  // A date is also looked for in the part of a line that ends where the last one did, if the
  // character there is again the same, or the date's own last character is and no letter or digit.
  // What stands right of it goes unseen then.
  const final = lastCharacters(parsed.ast.root, STAND_INS);
  const seesPast = anchored || !endsMatch || (final & ~LETTERS_AND_DIGITS) === 0n;
  return [{ before, after: seesPast ? after : ANY, first, last, mostBefore }];
}
