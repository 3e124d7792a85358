import { type CodePointSet, codePointSet, contains } from '../pyregex/code-point-set.ts';
import { EDGE, type Neighbors, neighbors } from '../pyregex/neighbor-set.ts';
import { SPACE } from '../pyregex/unicode/categories.ts';

/**
 * Characters that end a word. CloudWatch does not document what splits words; spaces certainly do,
 * and its examples find ERROR in `[ERROR 400]`. So white space, brackets, double quotes and list
 * marks end a word, and everything else may belong to one.
 */
const SEPARATORS: CodePointSet = codePointSet([
  ...SPACE,
  ...Array.from('()[]{}<>",;=', (character) => [character.charCodeAt(0), character.charCodeAt(0)] as const),
]);

/**
 * In the text of a required literal: one or more unknown characters of which the first and the last
 * are separators, or the edge of the line. A literal itself never holds a line feed.
 */
export const MARK = '\n';

/** Characters with which {@link MARK} may begin or end. */
export const AT_MARK: Neighbors = neighbors(SEPARATORS) | EDGE;

export function separates(set: CodePointSet): boolean {
  return contains(SEPARATORS, set);
}

const SEPARATOR = /[\s()[\]{}<>",;=]/;

/** True when a character of a required literal is a separator. */
export function isSeparator(character: string): boolean {
  return SEPARATOR.test(character);
}
