import { type Cover, cheapest, ownOrShared, type Purpose, sum } from './literal-cover.ts';
import { bitsOf, shareOfLines } from './rarity.ts';
import { holdsWhole, wholePhrases, withoutImplied } from './whole-words.ts';

/** Covers of the lines that pass prefregex, and of those that match each failregex. */
export interface JailCovers {
  readonly common: readonly Cover[];
  readonly each: readonly (readonly Cover[])[];
}

/**
 * Longest filter pattern CloudWatch Logs takes, in characters (API reference,
 * PutSubscriptionFilter).
 */
export const MAX_PATTERN_LENGTH = 1024;
/** `?"` before a term, `"` and a space after it. */
const AROUND_TERM = 4;
const COST_OF_A_CHARACTER = 1e-4;

/** Phrases whose words are whole in the line, short rather than many. */
export const WORDS: Purpose = {
  pieces: (whole, stretch) =>
    wholePhrases(whole.text, stretch).map(({ from, to }) => ({
      text: whole.text.slice(from, to),
      ignoreCase: false,
      bits: bitsOf(whole.text, false, from, to),
    })),
  cost: ({ text, bits }) =>
    shareOfLines(bits ?? bitsOf(text, false)) + COST_OF_A_CHARACTER * (text.length + AROUND_TERM),
};

const ROUNDS = 3;

/**
 * The words of a jail's subscription pattern: every line that may match has one of them, as a text
 * and as whole words. Few and short, so that several jails fit in one pattern; `undefined` when the
 * regexes require no words.
 */
export function patternTerms({ common, each }: JailCovers): readonly string[] | undefined {
  const shared = cheapest(common, WORDS);
  const own = each.map((covers) => (covers.length > 0 || shared === undefined ? covers : [shared]));
  const chosen = own.every((covers) => covers.length > 0) ? lean(chosenTogether(own)) : undefined;
  const fitting = chosen && lengthOf(chosen) <= MAX_PATTERN_LENGTH ? chosen : undefined;
  const terms = ownOrShared(fitting, shared && lean(shared), WORDS)?.map(({ text }) => text);
  return terms?.sort();
}

/** For each failregex the cover that adds least to those of the others. */
function chosenTogether(each: readonly (readonly Cover[])[]): Cover {
  const chosen = each.map((covers) => cheapest(covers, WORDS) ?? []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, covers] of each.entries()) {
      const others = new Set(chosen.flatMap((cover, other) => (other === index ? [] : cover.map(({ text }) => text))));
      const added: Purpose = {
        ...WORDS,
        cost: (piece) => ([...others].some((other) => holdsWhole(piece.text, other)) ? 0 : WORDS.cost(piece)),
      };
      const best = cheapest(covers, added);
      if (best !== undefined && sum(best, added.cost) < sum(chosen[index] ?? [], added.cost)) chosen[index] = best;
    }
  }
  return chosen.flat();
}

function lean(cover: Cover): Cover {
  const kept = new Set(withoutImplied(cover.map(({ text }) => text)));
  return cover.filter(({ text }) => kept.delete(text));
}

function lengthOf(cover: Cover): number {
  return cover.reduce((length, { text }) => length + text.length + AROUND_TERM, 0);
}
