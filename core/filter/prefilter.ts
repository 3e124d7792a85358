import type { Pattern } from '../pyregex/ast.ts';
import type { CompiledMatch } from './compiled-jail.ts';
import { type Cover, cheapest, type Piece } from './literal-cover.ts';
import { literalSource } from './literal-source.ts';
import { requiredLiterals } from './required-literals.ts';

/** A jail's regexes as `parse` returns them, run-time tags expanded. */
export interface PrefilterInput {
  readonly prefregex: Pattern | undefined;
  readonly failregex: readonly Pattern[];
  readonly maxlines: number;
}

export type Prefilter = Pick<CompiledMatch, 'prefilter' | 'literals'>;

const EVERY_LINE: Prefilter = { prefilter: undefined, literals: [] };

/**
 * A RegExp that every raw line matching the jail (prefregex and one of the failregexes) passes, and few others do. To be
 * tested against the line as it came, date included: it is cheap enough to run before anything else.
 *
 * Sound for any date pattern. What the failregexes see is the line with one stretch, the date, cut out; so a literal may
 * lie across the cut and not be whole in the raw line. But one cut breaks at most one of two literals that don't overlap.
 * Therefore each regex contributes a pair: two of its literals, or the halves of one, and a line passes if it has either.
 *
 * Literals are printable ASCII without `"` and `\`, so they are the same in the JSON that carries a line. With maxlines
 * above 1 a match may need lines that have none of the literals: every line goes on.
 */
export function prefilterOf({ prefregex, failregex, maxlines }: PrefilterInput): Prefilter {
  if (maxlines > 1 || failregex.length === 0) {
    return EVERY_LINE;
  }
  const common = prefregex && requiredLiterals(prefregex.root);
  const each = failregex.map(({ root }) => requiredLiterals(root) ?? common);
  const union = each.every((cover) => cover !== undefined) ? each.flat() : undefined;
  const candidates = [union, common].flatMap((cover) => (cover === undefined ? [] : [withoutRedundant(cover)]));
  const cover = cheapest(candidates);
  if (cover === undefined) {
    return EVERY_LINE;
  }
  return {
    prefilter: { source: cover.map(literalSource).join('|'), flags: '' },
    literals: cover.map((piece) => ({ text: piece.text, ignoreCase: piece.ignoreCase, source: literalSource(piece) })),
  };
}

/** A piece that contains another adds nothing: a line with the longer has the shorter. */
function withoutRedundant(cover: Cover): Cover {
  const byLength = [...cover].sort((a, b) => a.text.length - b.text.length || (a.text < b.text ? -1 : 1));
  const kept: Piece[] = [];
  for (const piece of byLength) {
    if (!kept.some((shorter) => includes(piece, shorter))) {
      kept.push(piece);
    }
  }
  return kept;
}

function includes(longer: Piece, shorter: Piece): boolean {
  return shorter.ignoreCase
    ? longer.text.toLowerCase().includes(shorter.text)
    : !longer.ignoreCase && longer.text.includes(shorter.text);
}
