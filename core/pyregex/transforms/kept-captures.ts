import { alternation, EMPTY, type Group, type Node, type Repeat, sequence } from '../ast.ts';
import { Refusal } from '../refusal.ts';
import { groupsIn } from '../traverse.ts';
import { minWidth } from '../width.ts';
import { ANY_CHARACTER, anyNumberOf, look } from './building.ts';
import { copyOf } from './copying.ts';
import { takesPart } from './participation.ts';
import { hasUniqueEnd } from './unique-end.ts';

/** A bounded repeat is written out up to this many rounds. */
const MAX_WRITTEN_OUT = 12;

export interface KeptCaptures {
  readonly repeat: Node;
  /** Matches nothing; belongs behind what follows the repeat. */
  readonly recovery: Node;
}

/**
 * A repeat with groups that don't capture in every round. Python keeps what they captured last,
 * JavaScript what they captured in the last round. No capture survives a round in JavaScript, so
 *
 * - a short bounded repeat is written out, each round with captures of its own;
 * - otherwise, once the match is complete, the path through the repeat is walked again up to the
 *   last round in which the group captured: `(?:X)*` becomes `(?=([^]*))((?:X)*)`, whose captures
 *   hold where it began and ended, and each group gets a {@link lastCapture}.
 *
 * The path that was taken is the first one, in the order alternatives are tried, that ends where
 * the repeat ended: what follows the repeat sees no difference between such paths as long as it
 * refers to none of the groups.
 */
export function keepCaptures(node: Repeat, referredOutside: boolean, fresh: () => number): KeptCaptures {
  if (referredOutside) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'a group that does not capture in every round of a repeat is referred to, which has no exact form in JavaScript',
      node.span,
    );
  }
  if (node.mode === 'possessive') {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'a group does not capture in every round of this possessive repeat: Python itself reports a wrong text for it',
      node.span,
    );
  }
  if (Math.max(node.min, node.max === Number.POSITIVE_INFINITY ? 0 : node.max) > MAX_WRITTEN_OUT) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      `a group does not capture in every round of this repeat, of which at most ${MAX_WRITTEN_OUT} rounds could ` +
        'be written out',
      node.span,
      'Repeat any number of times (*) or fewer times.',
    );
  }
  return node.max === Number.POSITIVE_INFINITY
    ? walkedAgain(node, fresh)
    : { repeat: writtenOut(node, fresh), recovery: EMPTY };
}

/** `X{1,3}` as `X(?:X(?:X)?)?`. */
function writtenOut(node: Repeat, fresh: () => number): Node {
  const round = () => copyOf(node.body, fresh, () => true).node;
  let rest: Node = EMPTY;
  for (let i = node.max; i > node.min; i--) {
    rest = { ...node, min: 0, max: 1, body: sequence(round(), rest) };
  }
  return sequence(...Array.from({ length: node.min }, round), rest);
}

function walkedAgain(node: Repeat, fresh: () => number): KeptCaptures {
  const isKept = (group: Group) => takesPart(node.body, group.number);
  const [fromStart, matched, afterEnd] = [fresh(), fresh(), fresh()];
  const capture = (number: number, body: Node): Node => ({ kind: 'group', number, body, span: node.span });
  const text = (group: number): Node => ({ kind: 'text-of', group });
  const subjectEnd: Node = { kind: 'edge', at: 'end' };
  const end = sequence(text(afterEnd), subjectEnd);
  const lost = groupsIn(node.body).filter((group) => group.reports !== undefined && !isKept(group));
  if (new Set(lost.map((group) => group.reports)).size < lost.length) {
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'groups in a bounded repeat inside another repeat, not capturing in every round, have no exact form in ' +
        'JavaScript',
      node.span,
    );
  }
  // The walk counts no rounds: those that must be are written out.
  const required = node.min > 1 || minWidth(node.body) === 0 ? node.min : 0;
  const repeat: Repeat = { ...node, min: node.min - required, body: copyOf(node.body, fresh, isKept).node };
  const again = sequence(
    look('ahead', false, sequence(text(fromStart), subjectEnd)),
    look('ahead', false, sequence(text(matched), capture(afterEnd, anyNumberOf(ANY_CHARACTER)))),
    ...lost.map((group) => alternation([look('ahead', false, lastCapture(node, group, end, fresh)), EMPTY])),
  );
  return {
    repeat: sequence(
      ...Array.from({ length: required }, () => copyOf(node.body, fresh, () => true).node),
      look('ahead', false, capture(fromStart, anyNumberOf(ANY_CHARACTER))),
      capture(matched, repeat),
    ),
    recovery: look(
      'behind',
      false,
      sequence(look('ahead', false, again), { ...anyNumberOf(ANY_CHARACTER), mode: 'lazy' }),
    ),
  };
}

/**
 * From where the repeat began: any rounds, then one in which the group captures, then rounds in
 * which it does not, up to the end. Each round is the first way of the body from which the end can
 * be reached, so there is only one path.
 */
function lastCapture(node: Repeat, group: Group, end: Node, fresh: () => number): Node {
  const reachesEnd = () => look('ahead', false, sequence(anyNumberOf(copyOf(node.body, fresh).node), end));
  // Where a round can end at one place only, there is only one path without a check: time linear,
  // not quadratic, in the rounds.
  const onePath = hasUniqueEnd(node.body);
  const round = (body: Node): Node => ({
    kind: 'atomic',
    body: onePath ? body : sequence(body, reachesEnd()),
    span: node.span,
  });
  const participation = (number: number, participated: boolean): Node => ({
    kind: 'participation',
    group: number,
    participated,
  });
  const capturing = copyOf(node.body, fresh, ({ number }) => number === group.number);
  const without = copyOf(node.body, fresh);
  return sequence(
    anyNumberOf(round(copyOf(node.body, fresh).node)),
    sequence(round(capturing.node), participation(capturing.numberOf(group.number), true)),
    anyNumberOf(sequence(round(without.node), participation(without.numberOf(group.number), false))),
    end,
  );
}
