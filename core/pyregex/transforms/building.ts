import type { Look, Node, Repeat } from '../ast.ts';
import { ALL_CODE_POINTS } from '../code-point-set.ts';
import { groupsIn } from '../traverse.ts';

/** Nodes that a rewrite adds have no place in the pattern. */
const NOWHERE = { start: 0, end: 0 };

export function look(direction: Look['direction'], negated: boolean, body: Node): Look {
  return { kind: 'look', direction, negated, body, span: NOWHERE };
}

export function optional(body: Node): Repeat {
  return { kind: 'repeat', min: 0, max: 1, mode: 'greedy', body, span: NOWHERE };
}

export function anyNumberOf(body: Node): Repeat {
  return { kind: 'repeat', min: 0, max: Number.POSITIVE_INFINITY, mode: 'greedy', body, span: NOWHERE };
}

export const ANY_CHARACTER: Node = { kind: 'characters', set: ALL_CODE_POINTS };

/**
 * Numbers for captures that a rewrite adds: negative, since Python's own count from 1, and used
 * nowhere in the tree yet.
 */
export function freshGroups(root: Node): () => number {
  let lowest = Math.min(0, ...groupsIn(root).map((group) => group.number));
  return () => {
    lowest--;
    return lowest;
  };
}
