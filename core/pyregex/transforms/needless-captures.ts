import type { Node } from '../ast.ts';
import { descendants, rewrite } from '../traverse.ts';

/** Turns unused groups into plain groups, because a capture costs time in each match. */
export function dropNeedlessCaptures(root: Node, keepNumbered: boolean): Node {
  const referred = referredGroups(root);
  return rewrite(root, (node) => {
    if (node.kind !== 'group' || node.name !== undefined || keepNumbered) {
      return node;
    }
    const { reports: _, ...silent } = node;
    return referred.has(node.number) ? silent : node.body;
  });
}

/** Groups that a back-reference or conditional names. */
function referredGroups(root: Node): ReadonlySet<number> {
  const referred = new Set<number>();
  for (const node of descendants(root)) {
    if (node.kind === 'back-reference' || node.kind === 'conditional') {
      referred.add(node.group);
    }
  }
  return referred;
}
