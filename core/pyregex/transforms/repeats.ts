import { alternation, EMPTY, type Group, type Node, type Repeat } from '../ast.ts';
import { Refusal } from '../refusal.ts';
import { descendants, groupsIn, rewrite } from '../traverse.ts';
import { type Width, width } from '../width.ts';

/**
 * Repeats where the two languages part ways:
 * - JavaScript forgets the captures of a body each time it enters it again; Python keeps them.
 * - JavaScript drops an optional iteration that matched nothing; Python lets it count, and goes on behind the repeat.
 *
 * `referred` are the groups that a reference names.
 */
export function alignRepeats(root: Node, referred: ReadonlySet<number>): Node {
  const widths = new Map<number, Width>(groupsIn(root).map((group) => [group.number, { min: 0, max: 0 }]));
  return rewrite(root, (node) => (node.kind === 'repeat' ? repeat(node, widths, referred) : node));
}

function repeat(node: Repeat, widths: ReadonlyMap<number, Width>, referred: ReadonlySet<number>): Node {
  const mayBeEmpty = width(node.body, widths).min === 0;
  if (node.max <= 1) {
    return mayBeEmpty && node.min === 0 && node.max === 1 ? asAlternation(node) : node;
  }
  const captures = groupsIn(node.body);
  if (!captures.every((group) => takesPart(node.body, group.number))) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'a group that does not take part in every round of a repeat would lose its text in JavaScript',
      captures[0]?.span ?? node.span,
    );
  }
  if (mayBeEmpty && node.mode === 'greedy') {
    checkNothingLast(node, widths);
  }
  if (mayBeEmpty) {
    // A lazy repeat has tried to go on before such a round, so only a reference could tell the difference.
    const matter = node.mode === 'lazy' ? captures.filter((group) => referred.has(group.number)) : captures;
    checkEmptyCaptures(node, matter, widths);
  }
  return node;
}

/** `X?` as `X` or nothing, so that a round that matches nothing counts. */
function asAlternation(node: Repeat): Node {
  const choice = alternation(node.mode === 'lazy' ? [EMPTY, node.body] : [node.body, EMPTY]);
  return node.mode === 'possessive' ? { kind: 'atomic', body: choice, span: node.span } : choice;
}

/** The group captures whenever the node matches. */
function takesPart(node: Node, group: number): boolean {
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

function checkNothingLast(node: Repeat, widths: ReadonlyMap<number, Width>): void {
  if (!triesNothingLast(node.body, widths)) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'this repeat tries to match nothing before something, which JavaScript does not',
      node.span,
    );
  }
}

function checkEmptyCaptures(node: Repeat, captures: readonly Group[], widths: ReadonlyMap<number, Width>): void {
  const inLooks = [...descendants(node.body)].flatMap((inner) => (inner.kind === 'look' ? groupsIn(inner) : []));
  if (captures.some((group) => inLooks.includes(group) || width(group.body, widths).min === 0)) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'a group that may capture nothing in a repeat that may match nothing captures otherwise in JavaScript',
      captures[0]?.span ?? node.span,
    );
  }
}

/** Of all the ways a node matches at a place, matching nothing is the last one tried. */
function triesNothingLast(node: Node, widths: ReadonlyMap<number, Width>): boolean {
  if (width(node, widths).min > 0) {
    return true;
  }
  switch (node.kind) {
    case 'sequence':
      return node.items.every((item) => triesNothingLast(item, widths));
    case 'alternation':
      return node.branches.every(
        (branch, i) =>
          width(branch, widths).min > 0 || (i === node.branches.length - 1 && triesNothingLast(branch, widths)),
      );
    case 'group':
    case 'atomic':
      return triesNothingLast(node.body, widths);
    case 'repeat':
      return node.mode !== 'lazy' && triesNothingLast(node.body, widths);
    default:
      return node.kind !== 'text-of';
  }
}
