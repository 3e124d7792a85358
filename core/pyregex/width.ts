import type { Node } from './ast.ts';

/** How many code points a node may match. */
export interface Width {
  readonly min: number;
  readonly max: number;
}

/** Python's MAXREPEAT: counts from here on mean "without end". */
export const MAX_REPEAT = 4_294_967_295;

const NO_GROUPS: ReadonlyMap<number, Width> = new Map();
const NOTHING: Width = { min: 0, max: 0 };

/**
 * The width Python computes to accept or refuse a lookbehind (Lib/re/_parser.py:
 * SubPattern.getwidth). A group referred to has the width of its body, whether or not it takes part
 * in the match.
 */
export function width(node: Node, groupWidths: ReadonlyMap<number, Width>): Width {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((sum, item) => add(sum, width(item, groupWidths)), NOTHING);
    case 'alternation':
      return node.branches.map((branch) => width(branch, groupWidths)).reduce(either);
    case 'literal':
    case 'any':
    case 'class':
    case 'characters':
      return { min: 1, max: 1 };
    case 'group':
    case 'atomic':
      return width(node.body, groupWidths);
    case 'repeat': {
      const body = width(node.body, groupWidths);
      return capped(body.min * node.min, body.max * Math.min(node.max, MAX_REPEAT));
    }
    case 'back-reference':
    case 'text-of':
      return groupWidths.get(node.group) ?? NOTHING;
    case 'conditional':
      return either(width(node.yes, groupWidths), width(node.no, groupWidths));
    case 'anchor':
    case 'look':
    case 'edge':
    case 'participation':
      return NOTHING;
  }
}

/** The fewest code points a node may match: a reference may match none. */
export function minWidth(node: Node): number {
  return width(node, NO_GROUPS).min;
}

function add(a: Width, b: Width): Width {
  return capped(a.min + b.min, a.max + b.max);
}

function either(a: Width, b: Width): Width {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function capped(min: number, max: number): Width {
  return { min: Math.min(min, MAX_REPEAT - 1), max: Math.min(max, MAX_REPEAT) };
}
