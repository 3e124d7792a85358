import {
  ANY,
  BEYOND_ASCII_KINDS,
  DIGITS,
  LETTERS_AND_DIGITS,
  type Neighbors,
  NON_WORD_CHARACTERS,
  NOT_ASCII_DIGITS,
  WORD_CHARACTERS,
} from '../../pyregex/neighbor-set.ts';
import { groupNeighbors, lastCharacters } from '../../pyregex/neighbors.ts';
import { parse } from '../../pyregex/parse.ts';
import type { StandIn } from '../../pyregex/passage.ts';
import { DECADES, DIGIT, NON_WORD, WORD } from './placeholders.ts';
import { type Draft, draftLine } from './template-drafts.ts';

/** One way to cut a date out of a line: the characters at the joint. */
export interface DateCut {
  /** Left of the date. */
  readonly before: Neighbors;
  /** Right of it. */
  readonly after: Neighbors;
  /** Characters with which the date may begin. */
  readonly first: Neighbors;
  /** Characters with which it may end. */
  readonly last: Neighbors;
  /** The most characters of the line left of the date. */
  readonly mostBefore: number;
}

/** The place of the date is unknown. */
export const CUT_ANYWHERE: DateCut = {
  before: ANY,
  after: ANY,
  first: ANY,
  last: ANY,
  mostBefore: Number.POSITIVE_INFINITY,
};

/**
 * Every way in which the templates of a datepattern (see `compileDateTemplates`) let a date be cut
 * out of a line, derived from their regexes. No detector, fresh or not, ever cuts a line in another
 * way. An unknown construct counts as {@link CUT_ANYWHERE}.
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
  const around = parsed.kind === 'parsed' ? groupNeighbors(parsed.ast.root, 1, STAND_INS) : undefined;
  if (parsed.kind === 'refused' || around === undefined) return [CUT_ANYWHERE];
  const { before, after, mostBefore, endsMatch, first, last } = around;
  if (first === 0n || before === 0n || after === 0n) return [];
  // A date is also searched in the part of a line that ends where the last date did. This needs the
  // same next character as then, or the same last character of the date if that is no letter or
  // digit. The characters right of it are then not read.
  const final = lastCharacters(parsed.ast.root, STAND_INS);
  const seesPast = anchored || !endsMatch || (final & ~LETTERS_AND_DIGITS) === 0n;
  return [{ before, after: seesPast ? after : ANY, first, last, mostBefore }];
}
