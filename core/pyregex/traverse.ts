import { alternation, type Group, type Node, sequence } from './ast.ts';

/** The node with each child replaced; the node itself when no child changed. */
export function mapChildren(node: Node, replace: (child: Node) => Node): Node {
  switch (node.kind) {
    case 'sequence':
      return sequence(...node.items.map(replace));
    case 'alternation':
      return alternation(node.branches.map(replace));
    case 'group':
    case 'atomic':
    case 'repeat':
    case 'look':
      return { ...node, body: replace(node.body) };
    case 'conditional':
      return { ...node, yes: replace(node.yes), no: replace(node.no) };
    default:
      return node;
  }
}

/** The node with every descendant replaced, innermost first. */
export function rewrite(node: Node, replace: (node: Node) => Node): Node {
  return replace(mapChildren(node, (child) => rewrite(child, replace)));
}

export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sequence':
      return node.items;
    case 'alternation':
      return node.branches;
    case 'group':
    case 'atomic':
    case 'repeat':
    case 'look':
      return [node.body];
    case 'conditional':
      return [node.yes, node.no];
    default:
      return [];
  }
}

/** The node and all its descendants, in pattern order. */
export function* descendants(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) {
    yield* descendants(child);
  }
}

/** The capturing groups in the node, itself included, in pattern order. */
export function groupsIn(node: Node): readonly Group[] {
  return [...descendants(node)].filter((descendant) => descendant.kind === 'group');
}
