import type { Node } from '../../core/pyregex/ast.ts';
import { descendants } from '../../core/pyregex/traverse.ts';
import { width } from '../../core/pyregex/width.ts';
import type { Inspection } from './inspect.ts';

/** A repetition of something that is itself a repetition can cut one text in exponentially many ways, and tries them all when the rest fails. */
export const backtracking: Inspection = ({ text, pattern }) => {
  const nested = [...descendants(pattern.root)].some(
    (node) => isEndless(node) && node.mode !== 'possessive' && isRepetitionAlone(node.body),
  );
  if (!nested) return undefined;
  return {
    code: 'EXPONENTIAL_BACKTRACKING',
    severity: 'warning',
    message: `failregex '${text.value}' repeats a repetition: some lines could take it longer than the matcher has`,
    help: 'put something between the rounds that the inner repetition does not take, or drop one of the two',
  };
};

function isEndless(node: Node): node is Extract<Node, { kind: 'repeat' }> {
  return node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY;
}

/** An endless repetition, with nothing beside it that must take part. */
function isRepetitionAlone(node: Node): boolean {
  if (node.kind === 'group') return isRepetitionAlone(node.body);
  if (node.kind === 'alternation') return node.branches.some(isRepetitionAlone);
  if (node.kind !== 'sequence') return isEndless(node);
  return node.items.some(
    (item, index) => isRepetitionAlone(item) && node.items.every((other, at) => at === index || isOptional(other)),
  );
}

function isOptional(node: Node): boolean {
  return width(node, new Map()).min === 0;
}
