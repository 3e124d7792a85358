import { alternation, type Node, sequence } from '../ast.ts';
import { minWidth } from '../width.ts';
import { ANY_CHARACTER, look } from './building.ts';

/**
 * A match that is empty must not lie inside a surrogate pair, which is one character to Python. V8
 * tries that place even under the `u` flag, trusting that no character can be read from there; so
 * one has to be readable, unless the subject ends.
 */
export function keepOutOfSurrogatePairs(root: Node): Node {
  if (minWidth(root) > 0) {
    return root;
  }
  return sequence(look('ahead', false, alternation([ANY_CHARACTER, { kind: 'edge', at: 'end' }])), root);
}
