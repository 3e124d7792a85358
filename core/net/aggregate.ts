import type { Cidr } from './address.ts';
import { outermost, sameCidr, sizeOf } from './cidr-set.ts';

/**
 * The fewest CIDRs that have the same addresses, in order. The list is unique: it has the widest
 * ranges that lie wholly in the set. Families may be mixed.
 */
export function aggregate(ranges: Iterable<Cidr>): readonly Cidr[] {
  const merged: Cidr[] = [];
  for (const range of outermost(ranges)) {
    let block = range;
    for (let parent = parentOf(block); parent; parent = parentOf(block)) {
      const last = merged.at(-1);
      if (!last || block.network === parent.network || !sameCidr(last, { ...parent, prefix: block.prefix })) break;
      merged.pop();
      block = parent;
    }
    merged.push(block);
  }
  return merged;
}

function parentOf(block: Cidr): Cidr | undefined {
  if (block.prefix === 0) return undefined;
  const size = sizeOf(block);
  const network = (block.network / size) % 2n === 0n ? block.network : block.network - size;
  return { family: block.family, network, prefix: block.prefix - 1 };
}
