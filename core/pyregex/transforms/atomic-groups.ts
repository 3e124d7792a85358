import { type Node, sequence } from '../ast.ts';
import { mapChildren } from '../traverse.ts';
import { look } from './building.ts';

/**
 * Atomic groups and possessive quantifiers: JavaScript has neither, but never backtracks into a lookahead. So the group's
 * text is captured in one and then consumed as a back-reference: `(?>a+)` is `(?=(a+))\1`.
 */
export function emulateAtomicGroups(root: Node): Node {
  let captures = 0;
  const atomic = (body: Node): Node => {
    captures++;
    // Python's own groups are numbered from 1.
    const number = -captures;
    const capture: Node = { kind: 'group', number, body, span: { start: 0, end: 0 } };
    return sequence(look('ahead', false, capture), { kind: 'text-of', group: number });
  };
  const visit = (node: Node, inLookbehind: boolean): Node => {
    const inside = inLookbehind || (node.kind === 'look' && node.direction === 'behind');
    const visited = mapChildren(node, (child) => visit(child, inside));
    if (visited.kind === 'repeat' && visited.mode === 'possessive') {
      const greedy: Node = { ...visited, mode: 'greedy' };
      return inside ? greedy : atomic(greedy);
    }
    if (visited.kind === 'atomic') {
      // A lookbehind's width is fixed, so there is nothing to give back.
      return inside ? visited.body : atomic(visited.body);
    }
    return visited;
  };
  return visit(root, false);
}
