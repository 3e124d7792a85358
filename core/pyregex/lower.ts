import type { Node } from './ast.ts';
import { expressAnchors } from './transforms/anchors.ts';
import { emulateAtomicGroups } from './transforms/atomic-groups.ts';
import { spellOutCharacterSets } from './transforms/character-sets.ts';
import { dropNeedlessCaptures } from './transforms/needless-captures.ts';
import { expressParticipationTests } from './transforms/participation-tests.ts';
import { expressReferences } from './transforms/references.ts';
import { alignRepeats } from './transforms/repeats.ts';
import { keepOutOfSurrogatePairs } from './transforms/whole-characters.ts';
import { splitWideSets } from './transforms/wide-sets.ts';
import { expressWordBoundaries } from './transforms/word-boundaries.ts';

export interface Lowering {
  /** Whether unnamed groups are reported, too. */
  readonly numberedGroups: boolean;
  /**
   * `run`: over any subject. `analyzed`: for its form alone, without what serves surrogate pairs
   * and speed.
   */
  readonly purpose: 'run' | 'analyzed';
  /** Applied as soon as every set of characters is spelled out. */
  readonly narrowSets?: (root: Node) => Node;
}

/**
 * The tree rewritten until it means the same in JavaScript as in Python. This is the one place that
 * holds the order of the transforms.
 *
 * @throws Refusal where JavaScript has no equivalent
 */
export function lower(root: Node, { numberedGroups, purpose, narrowSets = (tree) => tree }: Lowering): Node {
  const toRun = purpose === 'run';
  let tree = dropNeedlessCaptures(root, numberedGroups);
  tree = narrowSets(spellOutCharacterSets(tree));
  tree = expressAnchors(tree);
  tree = expressWordBoundaries(tree);
  tree = expressReferences(tree);
  tree = alignRepeats(tree);
  tree = expressParticipationTests(tree);
  if (toRun) tree = keepOutOfSurrogatePairs(tree);
  tree = emulateAtomicGroups(tree);
  return toRun ? splitWideSets(tree) : tree;
}
