import { alternation, type Group, type Node, type Repeat, sequence } from '../ast.ts';
import { Refusal } from '../refusal.ts';
import { descendants, groupsIn } from '../traverse.ts';
import { minWidth } from '../width.ts';

/**
 * A repeat whose body may match nothing. Python takes such a round as the last one and continues
 * after the repeat. JavaScript undoes it and tries the body's next alternative. Both agree when the
 * empty alternative is tried last and captures nothing. When an earlier alternative may match
 * nothing, what comes after it is tried only if going on fails: a lazy repeat, `(?:a*|b)*` being
 * `(?:a*)*(?:b(?:a*)*)*?`.
 *
 * `captures` are the groups that matter after such a round.
 */
export function alignEmptyRounds(node: Repeat, captures: readonly Group[]): Node {
  checkCaptures(node, captures);
  // A lazy repeat has tried to go on before the round; a possessive one tries no other alternative.
  if (node.mode !== 'greedy' || triesNothingLast(node.body)) {
    return node;
  }
  const split = splitAtNothing(node.body);
  if (split === undefined || node.max !== Number.POSITIVE_INFINITY || groupsIn(node.body).length > 0) {
    throw triesNothingFirst(node);
  }
  const before: Node = { ...node, min: 0, body: split.before };
  const after: Node = { ...node, min: 0, mode: 'lazy', body: sequence(split.after, before) };
  const required: Node[] = node.min === 0 ? [] : [{ ...node, max: node.min }];
  return sequence(...required, before, after);
}

/**
 * For a repeat that will not be rewritten: its empty rounds, if any, are tried last and capture
 * nothing.
 */
export function refuseEmptyRoundsBeforeOthers(node: Repeat, captures: readonly Group[]): void {
  checkCaptures(node, captures);
  if (!triesNothingLast(node.body)) {
    throw triesNothingFirst(node);
  }
}

function triesNothingFirst(node: Repeat): Refusal {
  return new Refusal(
    'REGEX_UNSUPPORTED',
    'this repeat tries to match nothing before something, which JavaScript does not',
    node.span,
    'Let each alternative of the repeat match at least one character.',
  );
}

function checkCaptures(node: Repeat, captures: readonly Group[]): void {
  const inLooks = [...descendants(node.body)].flatMap((inner) => (inner.kind === 'look' ? groupsIn(inner) : []));
  const lost = captures.find((group) => inLooks.includes(group) || minWidth(group.body) === 0);
  if (lost !== undefined) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'a group that may capture nothing, in a repeat that may match nothing, would capture otherwise in JavaScript',
      lost.span,
      'Let the repeat match at least one character a round.',
    );
  }
}

/** The alternatives up to the first that may match nothing, and the others, which may not. */
function splitAtNothing(body: Node): { before: Node; after: Node } | undefined {
  if (body.kind !== 'alternation') {
    return undefined;
  }
  const at = body.branches.findIndex((branch) => minWidth(branch) === 0);
  const before = body.branches.slice(0, at + 1);
  const after = body.branches.slice(at + 1);
  const splits =
    before.every(triesNothingLast) &&
    before.some(matchesNothingAnywhere) &&
    after.every((branch) => minWidth(branch) > 0);
  return splits ? { before: alternation(before), after: alternation(after) } : undefined;
}

/** Whether a node can match the empty text at any place, whatever stands around it. */
function matchesNothingAnywhere(node: Node): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.every(matchesNothingAnywhere);
    case 'alternation':
      return node.branches.some(matchesNothingAnywhere);
    case 'group':
    case 'atomic':
      return matchesNothingAnywhere(node.body);
    case 'repeat':
      return node.min === 0 || matchesNothingAnywhere(node.body);
    default:
      return false;
  }
}

/** Whether the node tries the empty match last at every place. */
function triesNothingLast(node: Node): boolean {
  if (minWidth(node) > 0) {
    return true;
  }
  switch (node.kind) {
    case 'sequence':
      return node.items.every((item) => triesNothingLast(item));
    case 'alternation':
      return node.branches.every(
        (branch, i) => minWidth(branch) > 0 || (i === node.branches.length - 1 && triesNothingLast(branch)),
      );
    case 'group':
    case 'atomic':
      return triesNothingLast(node.body);
    case 'repeat':
      return node.mode !== 'lazy' && triesNothingLast(node.body);
    default:
      return node.kind !== 'text-of';
  }
}
