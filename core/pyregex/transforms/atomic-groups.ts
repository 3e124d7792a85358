import { type Node, type Repeat, sequence } from '../ast.ts';
import { mapChildren } from '../traverse.ts';
import { freshGroups, look } from './building.ts';

/**
 * Atomic groups and possessive quantifiers: JavaScript has neither, but never backtracks into a
 * lookahead. So the group's text is captured in one and then consumed as a back-reference: `(?>a+)`
 * is `(?=(a+))\1`.
 */
export function emulateAtomicGroups(root: Node): Node {
  const fresh = freshGroups(root);
  const atomic = (body: Node): Node => {
    const number = fresh();
    const capture: Node = { kind: 'group', number, body, span: { start: 0, end: 0 } };
    return sequence(look('ahead', false, capture), { kind: 'text-of', group: number });
  };
  const visit = (node: Node, inLookbehind: boolean): Node => {
    const inside = node.kind === 'look' ? node.direction === 'behind' : inLookbehind;
    const visited = mapChildren(node, (child) => visit(child, inside));
    if (visited.kind === 'repeat' && visited.mode === 'possessive') {
      return possessive(visited, inside ? (body) => body : atomic);
    }
    if (visited.kind === 'atomic') {
      // A lookbehind's width is fixed, so there is nothing to give back.
      return inside ? visited.body : atomic(visited.body);
    }
    return visited;
  };
  return visit(root, false);
}

/** Nothing is given back, neither of the repeat nor of any round. */
function possessive(node: Repeat, atomic: (body: Node) => Node): Node {
  const round = node.body.kind === 'characters' ? node.body : atomic(node.body);
  return atomic({ ...node, mode: 'greedy', body: round });
}
