import { alternation, type BackReference, type Conditional, type Group, type Node, sequence } from '../ast.ts';
import { isCased } from '../case-folding.ts';
import type { CodePointSet } from '../code-point-set.ts';
import { Refusal } from '../refusal.ts';
import { descendants, groupsIn, mapChildren } from '../traverse.ts';

/**
 * Back-references and conditionals. A reference to a group that has not taken part fails in Python,
 * but matches nothing in JavaScript, so it is guarded by a test unless the group has taken part for
 * sure. `(?(g)yes|no)` becomes two alternatives, each behind the test or its opposite.
 */
export function expressReferences(root: Node): Node {
  const groups = new Map(groupsIn(root).map((group) => [group.number, group]));
  return new References(groups).visit(root, new Set(), { open: [], repeated: new Set() }).node;
}

/** What is around a node. */
interface Around {
  /** Groups that are open, outermost first. */
  readonly open: readonly number[];
  /** Groups inside a repeat that the node is in, too. */
  readonly repeated: ReadonlySet<number>;
}

interface Visited {
  readonly node: Node;
  /** Groups that have taken part for sure once the node has matched. */
  readonly set: ReadonlySet<number>;
}

class References {
  readonly #groups: ReadonlyMap<number, Group>;

  constructor(groups: ReadonlyMap<number, Group>) {
    this.#groups = groups;
  }

  visit(node: Node, set: ReadonlySet<number>, around: Around): Visited {
    switch (node.kind) {
      case 'sequence': {
        let known = set;
        const items = node.items.map((item) => {
          const visited = this.visit(item, known, around);
          known = visited.set;
          return visited.node;
        });
        return { node: sequence(...items), set: known };
      }
      case 'alternation': {
        const branches = node.branches.map((branch) => this.visit(branch, set, around));
        return { node: alternation(branches.map((branch) => branch.node)), set: inAll(branches) };
      }
      case 'group': {
        const body = this.visit(node.body, set, { ...around, open: [...around.open, node.number] });
        return { node: { ...node, body: body.node }, set: new Set([...body.set, node.number]) };
      }
      case 'repeat': {
        const inside = node.max > 1 ? groupsIn(node.body).map((group) => group.number) : [];
        const body = this.visit(node.body, set, { ...around, repeated: new Set([...around.repeated, ...inside]) });
        return { node: { ...node, body: body.node }, set: node.min > 0 ? body.set : set };
      }
      case 'atomic':
      case 'look': {
        const body = this.visit(node.body, set, around);
        const negated = node.kind === 'look' && node.negated;
        return { node: { ...node, body: body.node }, set: negated ? set : body.set };
      }
      case 'conditional':
        return this.#conditional(node, set, around);
      case 'back-reference':
        return { node: this.#backReference(node, set, around), set };
      default:
        return { node: mapChildren(node, (child) => this.visit(child, set, around).node), set };
    }
  }

  #conditional(node: Conditional, set: ReadonlySet<number>, around: Around): Visited {
    checkRound(node, set, around);
    const yes = this.visit(node.yes, new Set([...set, node.group]), around);
    const no = this.visit(node.no, set, around);
    if (set.has(node.group)) {
      return yes;
    }
    if (around.open.includes(node.group)) {
      // A group has not taken part before it is closed.
      return no;
    }
    const test = (participated: boolean): Node => ({ kind: 'participation', group: node.group, participated });
    return {
      node: alternation([sequence(test(true), yes.node), sequence(test(false), no.node)]),
      set: inAll([yes, no]),
    };
  }

  #backReference(node: BackReference, set: ReadonlySet<number>, around: Around): Node {
    checkRound(node, set, around);
    const group = this.#groups.get(node.group);
    if (node.flags.ignoreCase && group !== undefined && mayHoldCase(group.body, node.flags.ascii)) {
      throw new Refusal(
        'REGEX_UNSUPPORTED',
        'a back-reference that ignores case has no exact form in JavaScript when its group may hold letters',
        node.span,
        'Switch the flag off for the reference: (?-i:…).',
      );
    }
    const text: Node = { kind: 'text-of', group: node.group };
    return set.has(node.group)
      ? text
      : sequence({ kind: 'participation', group: node.group, participated: true }, text);
  }
}

/**
 * JavaScript has forgotten what the group captured in the round of a repeat before; Python has not.
 */
function checkRound(node: BackReference | Conditional, set: ReadonlySet<number>, around: Around): void {
  if (around.repeated.has(node.group) && !set.has(node.group)) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      `in a repeat, group ${node.group} is referred to before it has matched: what it matched a round earlier ` +
        'is lost in JavaScript',
      node.span,
    );
  }
}

function inAll(visited: readonly Visited[]): ReadonlySet<number> {
  const [first, ...rest] = visited;
  return new Set([...(first?.set ?? [])].filter((group) => rest.every((other) => other.set.has(group))));
}

/** Whether a group may capture a letter that has another case. */
function mayHoldCase(body: Node, ascii: boolean): boolean {
  for (const node of descendants(body)) {
    if (node.kind === 'characters' && hasCased(node.set, ascii)) {
      return true;
    }
    if (node.kind === 'text-of' || node.kind === 'back-reference') {
      return true;
    }
  }
  return false;
}

function hasCased(set: CodePointSet, ascii: boolean): boolean {
  return set.some(([from, to]) => {
    for (let codePoint = from; codePoint <= to; codePoint++) {
      if (isCased(codePoint, ascii)) {
        return true;
      }
    }
    return false;
  });
}
