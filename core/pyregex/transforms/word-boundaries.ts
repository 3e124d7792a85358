import { type Anchor, alternation, type Node, sequence } from '../ast.ts';
import { type CodePointSet, contains, disjoint } from '../code-point-set.ts';
import { mapChildren } from '../traverse.ts';
import { category } from '../unicode/categories.ts';
import { look } from './building.ts';

/**
 * `\b` and `\B` by Python's idea of a word character. Where the character beside the boundary is
 * known to be a word character, or known not to be, only the other side is looked at.
 */
export function expressWordBoundaries(root: Node): Node {
  if (root.kind === 'anchor') {
    return boundary(root, undefined, undefined);
  }
  if (root.kind !== 'sequence') {
    return mapChildren(root, expressWordBoundaries);
  }
  return sequence(
    ...root.items.map((item, i) =>
      item.kind === 'anchor'
        ? boundary(item, characterBeside(root.items[i - 1]), characterBeside(root.items[i + 1]))
        : expressWordBoundaries(item),
    ),
  );
}

/** The set a neighbor's adjoining character comes from, when it has one for sure. */
function characterBeside(node: Node | undefined): CodePointSet | undefined {
  switch (node?.kind) {
    case 'characters':
      return node.set;
    case 'repeat':
      return node.min > 0 ? characterBeside(node.body) : undefined;
    case 'group':
      return characterBeside(node.body);
    default:
      return undefined;
  }
}

function boundary(node: Anchor, before: CodePointSet | undefined, after: CodePointSet | undefined): Node {
  const word = category('word', false, node.flags.ascii);
  const wanted = node.at === 'word-boundary';
  const wordBefore = isWord(before, word);
  const wordAfter = isWord(after, word);
  if (wordBefore !== undefined) {
    return looks('ahead', wordBefore !== wanted, word);
  }
  if (wordAfter !== undefined) {
    return looks('behind', wordAfter !== wanted, word);
  }
  const between = (left: boolean, right: boolean) => sequence(looks('behind', left, word), looks('ahead', right, word));
  return wanted
    ? alternation([between(true, false), between(false, true)])
    : sequence(notInEmptySubject(), alternation([between(true, true), between(false, false)]));
}

function looks(direction: 'ahead' | 'behind', isWordThere: boolean, word: CodePointSet): Node {
  return look(direction, !isWordThere, { kind: 'characters', set: word });
}

/** True or false when every (no) character of the set is a word character. */
function isWord(set: CodePointSet | undefined, word: CodePointSet): boolean | undefined {
  if (set === undefined) {
    return undefined;
  }
  if (contains(word, set)) {
    return true;
  }
  return disjoint(word, set) ? false : undefined;
}

/** Before Python 3.14 an empty subject has no `\B` (Modules/_sre/sre_lib.h: SRE(at)). */
function notInEmptySubject(): Node {
  return look('ahead', true, sequence({ kind: 'edge', at: 'start' }, { kind: 'edge', at: 'end' }));
}
