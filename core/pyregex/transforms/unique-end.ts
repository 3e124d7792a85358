import type { Node } from '../ast.ts';
import { ALL_CODE_POINTS, type CodePointSet, disjoint, NO_CODE_POINTS, union } from '../code-point-set.ts';
import { descendants } from '../traverse.ts';
import { minWidth, width } from '../width.ts';

/**
 * Whether all ways in which a node matches at a place end at the same place, as far as that is
 * provable: a character that nothing before it can match, then a fixed number of characters, as in
 * `\w+=[^,]*, `.
 */
export function hasUniqueEnd(node: Node): boolean {
  const items = node.kind === 'sequence' ? node.items : [node];
  let before: CodePointSet = NO_CODE_POINTS;
  for (const [i, item] of items.entries()) {
    if (item.kind === 'characters' && disjoint(before, item.set)) {
      return items.slice(i + 1).every(isFixed);
    }
    before = union(before, mayMatch(item));
  }
  return false;
}

function isFixed(node: Node): boolean {
  const { max } = width(node, new Map());
  return max === minWidth(node) && ![...descendants(node)].some(({ kind }) => kind === 'text-of');
}

/** The characters a node may consume; all, where that is not known. */
function mayMatch(node: Node): CodePointSet {
  switch (node.kind) {
    case 'characters':
      return node.set;
    case 'sequence':
      return union(...node.items.map(mayMatch));
    case 'alternation':
      return union(...node.branches.map(mayMatch));
    case 'group':
    case 'atomic':
    case 'repeat':
      return mayMatch(node.body);
    case 'look':
    case 'edge':
    case 'participation':
      return NO_CODE_POINTS;
    default:
      return ALL_CODE_POINTS;
  }
}
