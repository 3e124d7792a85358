import { seededRandom } from '../../core/forgery/random.ts';
import { sampleBefore, sampleText, textOf } from '../../core/forgery/sampled-text.ts';
import type { Node, Pattern, Repeat } from '../../core/pyregex/ast.ts';
import { descendants } from '../../core/pyregex/traverse.ts';
import type { Attack } from './analysis.ts';

const ADDRESSES = { ipv4: '192.0.2.10', ipv6: '2001:db8::10' };
const SAMPLES = 6;
/** What the regex is likely to fail at, after a round. */
const SUFFIXES = ['!', '(', '"', ' ', '\u2026'];

/**
 * Texts worth trying on a regex that repeats a repetition: one text can then be cut into rounds in
 * exponentially many ways. What comes before the repetition, ever more of its rounds, and an end
 * that it does not take. Most do no harm, so each is tried.
 */
export function nestedAttacks({ root }: Pattern): readonly Attack[] {
  const random = seededRandom(1);
  return [...descendants(root)].filter(isNested).flatMap((repeat) =>
    Array.from({ length: SAMPLES }, () => {
      const before = sampleBefore(repeat, root, ADDRESSES, random);
      const round = sampleText(repeat.body, ADDRESSES, random, false);
      const pump = round && textOf(round);
      if (!before || !pump) return [];
      const pumps = [{ prefix: textOf(before), pump, bias: 0 }];
      return SUFFIXES.map((suffix): Attack => ({ exponential: true, pumps, suffix }));
    }).flat(),
  );
}

/** Fewer rounds than this are over before they take long. */
const FEW_ROUNDS = 16;

function isNested(node: Node): node is Repeat {
  return node.kind === 'repeat' && node.max >= FEW_ROUNDS && node.mode !== 'possessive' && !isOneCharacter(node.body);
}

/** That can be cut into rounds in one way only. */
function isOneCharacter(node: Node): boolean {
  if (node.kind === 'group' || node.kind === 'atomic') return isOneCharacter(node.body);
  return node.kind === 'literal' || node.kind === 'any' || node.kind === 'class';
}
