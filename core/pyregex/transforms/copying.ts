import type { Group, Node } from '../ast.ts';
import { groupsIn, rewrite } from '../traverse.ts';

export interface Copy {
  readonly node: Node;
  /** The copy's number for a group of the original. */
  numberOf(group: number): number;
}

/**
 * The node again, its groups and the references to them renumbered. `reports` decides which groups'
 * copies still report.
 */
export function copyOf(node: Node, fresh: () => number, reports: (group: Group) => boolean = () => false): Copy {
  const numbers = new Map(groupsIn(node).map((group) => [group.number, fresh()] as const));
  const numberOf = (group: number) => numbers.get(group) ?? group;
  const copied = rewrite(node, (inner) => {
    switch (inner.kind) {
      case 'group': {
        const { reports: reported, ...silent } = inner;
        const copy: Group = { ...silent, number: numberOf(inner.number) };
        return reported !== undefined && reports(inner) ? { ...copy, reports: reported } : copy;
      }
      case 'text-of':
      case 'participation':
        return { ...inner, group: numberOf(inner.group) };
      default:
        return inner;
    }
  });
  return { node: copied, numberOf };
}
