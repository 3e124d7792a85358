import type { CharacterClass, CodePointRange, Node } from '../ast.ts';
import { foldedClass, foldedLiteral } from '../case-folding.ts';
import { ALL_CODE_POINTS, type CodePointSet, codePointSet, complement, single, union } from '../code-point-set.ts';
import { rewrite } from '../traverse.ts';
import { category } from '../unicode/categories.ts';

const NOT_NEWLINE: CodePointSet = complement(single(0x0a));

/**
 * Spells out what each single-character construct matches: `\d \w \s` by Python's Unicode, the dot
 * as anything but `\n`, letters in both cases where case is ignored.
 */
export function spellOutCharacterSets(root: Node): Node {
  return rewrite(root, (node) => {
    switch (node.kind) {
      case 'literal': {
        const { ignoreCase, ascii } = node.flags;
        return {
          kind: 'characters',
          set: ignoreCase ? foldedLiteral(node.codePoint, ascii) : single(node.codePoint),
        };
      }
      case 'any':
        return { kind: 'characters', set: node.flags.dotAll ? ALL_CODE_POINTS : NOT_NEWLINE };
      case 'class':
        return { kind: 'characters', set: classSet(node) };
      default:
        return node;
    }
  });
}

export function classSet({ items, negated, flags }: CharacterClass): CodePointSet {
  const ranges = items
    .filter((item): item is CodePointRange => item.kind === 'range')
    .map(({ from, to }) => [from, to] as const);
  const categories = union(
    ...items.map((item) => (item.kind === 'category' ? category(item.name, item.negated, flags.ascii) : [])),
  );
  const set = flags.ignoreCase
    ? foldedMembers(ranges, categories, flags.ascii)
    : union(codePointSet(ranges), categories);
  return negated ? complement(set) : set;
}

/** Python takes a class of one character for that character. */
function foldedMembers(
  ranges: readonly (readonly [number, number])[],
  categories: CodePointSet,
  ascii: boolean,
): CodePointSet {
  const [first] = ranges;
  const alone =
    categories.length === 0 && first !== undefined && ranges.every(([from, to]) => from === to && from === first[0]);
  return alone ? foldedLiteral(first[0], ascii) : foldedClass(ranges, categories, ascii);
}
