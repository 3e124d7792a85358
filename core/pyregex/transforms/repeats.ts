import { alternation, EMPTY, type Node, type Repeat, sequence } from '../ast.ts';
import { Refusal } from '../refusal.ts';
import { groupsIn, mapChildren } from '../traverse.ts';
import { minWidth } from '../width.ts';
import { freshGroups } from './building.ts';
import { alignEmptyRounds, refuseEmptyRoundsBeforeOthers } from './empty-rounds.ts';
import { keepCaptures } from './kept-captures.ts';
import { referencesIn, takesPart } from './participation.ts';

/**
 * Repeats where the two languages differ:
 * - JavaScript drops an optional round that matched nothing; Python lets it count, and goes on
 *   behind the repeat (Modules/_sre/sre_lib.h: MAX_UNTIL).
 * - JavaScript forgets a body's captures when it enters it again; Python keeps them.
 */
export function alignRepeats(root: Node): Node {
  return new Repeats(root).visit(root, false);
}

class Repeats {
  readonly #references: ReadonlyMap<number, number>;
  readonly #fresh: () => number;

  constructor(root: Node) {
    this.#references = referencesIn(root);
    this.#fresh = freshGroups(root);
  }

  visit(node: Node, inLookbehind: boolean): Node {
    if (node.kind === 'sequence') {
      return this.#sequence(node.items, inLookbehind);
    }
    if (node.kind === 'repeat') {
      return this.#sequence([node], inLookbehind);
    }
    const inside = node.kind === 'look' ? node.direction === 'behind' : inLookbehind;
    return mapChildren(node, (child) => this.visit(child, inside));
  }

  /** What finds the kept captures of the items' repeats again stands behind the last item. */
  #sequence(items: readonly Node[], inLookbehind: boolean): Node {
    const recoveries: Node[] = [];
    const aligned = items.map((item) => {
      if (item.kind !== 'repeat') {
        return this.visit(item, inLookbehind);
      }
      const { repeat, recovery } = this.#repeat(item, inLookbehind);
      recoveries.push(recovery);
      return repeat;
    });
    return sequence(...aligned, ...recoveries);
  }

  #repeat(original: Repeat, inLookbehind: boolean): { repeat: Node; recovery: Node } {
    const node: Repeat = { ...original, body: this.visit(original.body, inLookbehind) };
    const mayBeEmpty = minWidth(node.body) === 0;
    if (node.max <= 1) {
      const optional = mayBeEmpty && node.min === 0 && node.max === 1;
      return { repeat: optional ? asAlternation(node) : node, recovery: EMPTY };
    }
    const isReferredOutside = (group: number) =>
      (this.#references.get(group) ?? 0) > (referencesIn(original.body).get(group) ?? 0);
    const captures = groupsIn(node.body).filter(
      (group) => group.reports !== undefined || isReferredOutside(group.number),
    );
    if (captures.length > 0 && inLookbehind) {
      throw new Refusal(
        'REGEX_UNSUPPORTED',
        'JavaScript matches a lookbehind from its end, so a group in a repeat there would capture another round',
        captures[0]?.span ?? node.span,
      );
    }
    const referredOutside = captures.some((group) => isReferredOutside(group.number));
    if (captures.every((group) => takesPart(node.body, group.number))) {
      // A lazy repeat has tried to go on before an empty round, so only a reference could show what
      // that captured.
      const matter = node.mode === 'lazy' && !referredOutside ? [] : captures;
      return { repeat: mayBeEmpty ? alignEmptyRounds(node, matter) : node, recovery: EMPTY };
    }
    if (mayBeEmpty) {
      refuseEmptyRoundsBeforeOthers(node, captures);
    }
    return keepCaptures(node, referredOutside, this.#fresh);
  }
}

/** `X?` as `X` or nothing, so that a round that matches nothing counts. */
function asAlternation(node: Repeat): Node {
  const choice = alternation(node.mode === 'lazy' ? [EMPTY, node.body] : [node.body, EMPTY]);
  return node.mode === 'possessive' ? { kind: 'atomic', body: choice, span: node.span } : choice;
}
