import { alternation, type Edge, type Group, type Node, type ParticipationTest, sequence } from '../ast.ts';
import { descendants, groupsIn, rewrite } from '../traverse.ts';
import { minWidth } from '../width.ts';
import { ANY_CHARACTER, anyNumberOf, freshGroups, look } from './building.ts';

const START: Edge = { kind: 'edge', at: 'start' };
const END: Edge = { kind: 'edge', at: 'end' };

/**
 * Whether a group has taken part. JavaScript has no such test, but at the very end of the subject a
 * back-reference shows it: there is nothing left to match, so `\1` matches there only if the group
 * is unset (or empty). Hence "set" is `(?=[^]*$(?!\1))`.
 *
 * A group that may match nothing gets two markers, captures of the character before and after its
 * start, one of which exists in any subject that is not empty (fail2ban's never are: they end in a
 * newline).
 */
export function expressParticipationTests(root: Node): Node {
  const tested = new Set<number>();
  for (const node of descendants(root)) {
    if (node.kind === 'participation') {
      tested.add(node.group);
    }
  }
  const markers = markersOf(root, tested);
  const present = new Set(groupsIn(root).map((group) => group.number));
  return rewrite(root, (node) => {
    if (node.kind === 'participation') {
      return present.has(node.group)
        ? test(node, markers.get(node.group) ?? [])
        : look('ahead', node.participated, sequence());
    }
    if (node.kind === 'text-of' && !present.has(node.group)) {
      // Its group stood in a branch that is never taken.
      return sequence();
    }
    const marker = node.kind === 'group' ? markers.get(node.number) : undefined;
    return node.kind === 'group' && marker !== undefined ? marked(node, marker) : node;
  });
}

/**
 * The captures to check beside the group itself: none if the group never matches the empty text.
 */
function markersOf(root: Node, tested: ReadonlySet<number>): ReadonlyMap<number, readonly [number, number]> {
  const groups = groupsIn(root);
  const fresh = freshGroups(root);
  const markers = new Map<number, readonly [number, number]>();
  for (const group of groups) {
    if (tested.has(group.number) && minWidth(group.body) === 0) {
      markers.set(group.number, [fresh(), fresh()]);
    }
  }
  return markers;
}

function marked(group: Group, [before, after]: readonly [number, number]): Node {
  const capture = (number: number): Node => ({ kind: 'group', number, body: ANY_CHARACTER, span: group.span });
  // The branches exclude each other: a failure behind them must not come back to a branch that
  // marks nothing.
  const mark = alternation([
    look('behind', false, capture(before)),
    sequence(START, look('ahead', false, capture(after))),
    sequence(START, END),
  ]);
  return { ...group, body: sequence(mark, group.body) };
}

function test(node: ParticipationTest, markers: readonly number[]): Node {
  const texts = [node.group, ...markers].map((group): Node => ({ kind: 'text-of', group }));
  const atEnd = sequence(
    anyNumberOf(ANY_CHARACTER),
    { kind: 'edge', at: 'end' },
    look('ahead', true, sequence(...texts)),
  );
  return look('ahead', !node.participated, atEnd);
}
