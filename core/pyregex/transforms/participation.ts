import type { Node } from '../ast.ts';
import { descendants } from '../traverse.ts';

/** Whether the group captures whenever the node matches. */
export function takesPart(node: Node, group: number): boolean {
  switch (node.kind) {
    case 'group':
      return node.number === group || takesPart(node.body, group);
    case 'atomic':
      return takesPart(node.body, group);
    case 'look':
      return !node.negated && takesPart(node.body, group);
    case 'sequence':
      return node.items.some((item) => takesPart(item, group));
    case 'alternation':
      return node.branches.every((branch) => takesPart(branch, group));
    case 'repeat':
      return node.min > 0 && takesPart(node.body, group);
    default:
      return false;
  }
}

/** How often each group is referred to. */
export function referencesIn(root: Node): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const node of descendants(root)) {
    if (node.kind === 'text-of' || node.kind === 'participation') {
      counts.set(node.group, (counts.get(node.group) ?? 0) + 1);
    }
  }
  return counts;
}
