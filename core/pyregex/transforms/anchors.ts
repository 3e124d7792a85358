import type { Anchor, Edge, Look, Node } from '../ast.ts';
import { complement, single } from '../code-point-set.ts';
import { rewrite } from '../traverse.ts';
import { look, optional } from './building.ts';

const NEWLINE = single(0x0a);
const START: Edge = { kind: 'edge', at: 'start' };
const END: Edge = { kind: 'edge', at: 'end' };

/**
 * `^ $ \A \Z` without JavaScript's `m` flag, whose idea of a line end includes `\r`, U+2028 and
 * U+2029. Python's `$` also matches before a newline that ends the subject.
 */
export function expressAnchors(root: Node): Node {
  return rewrite(root, (node) => (node.kind === 'anchor' ? anchor(node) : node));
}

function anchor(node: Anchor): Node {
  switch (node.at) {
    case 'string-start':
      return START;
    case 'string-end':
      return END;
    case 'line-start':
      return node.flags.multiline ? noneButNewline('behind') : START;
    case 'line-end':
      return node.flags.multiline
        ? noneButNewline('ahead')
        : look('ahead', false, { kind: 'sequence', items: [optional({ kind: 'characters', set: NEWLINE }), END] });
    case 'word-boundary':
    case 'no-word-boundary':
      return node;
  }
}

/** The next (or last) character is a newline, or there is none. */
function noneButNewline(direction: Look['direction']): Node {
  return look(direction, true, { kind: 'characters', set: complement(NEWLINE) });
}
