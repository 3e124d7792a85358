import type { CharacterClass } from './ast.ts';
import type { CodePointSet } from './code-point-set.ts';
import { classSet } from './transforms/character-sets.ts';

const known = new WeakMap<CharacterClass, CodePointSet>();

/**
 * What the class matches; put together once for each node, for that takes long where `\w` is in it.
 */
export function knownClassSet(node: CharacterClass): CodePointSet {
  const set = known.get(node) ?? classSet(node);
  known.set(node, set);
  return set;
}
