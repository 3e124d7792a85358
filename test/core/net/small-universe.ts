import fc from 'fast-check';
import { type Cidr, parseCidr } from '../../../core/net/address.ts';

/**
 * Sixteen addresses, few enough to try every set of them. A set is a number: bit i is the address
 * 203.0.113.i.
 */
export const UNIVERSE = cidr('203.0.113.0/28');
export const ALL = 0xffff;

export function cidr(text: string): Cidr {
  const range = parseCidr(text);
  if (!range) throw new Error(`${text} is no range`);
  return range;
}

/** Every CIDR of the universe. */
export const BLOCKS: readonly Cidr[] = [28, 29, 30, 31, 32].flatMap((prefix) =>
  Array.from({ length: 2 ** (prefix - 28) }, (_, i) => cidr(`203.0.113.${i * 2 ** (32 - prefix)}/${prefix}`)),
);

/** The part of a range that lies in the universe. */
export function maskOf({ network, prefix }: Cidr): number {
  const start = Number(network - UNIVERSE.network);
  const end = start + 2 ** (32 - prefix);
  return Array.from({ length: 16 }, (_, i) => (i >= start && i < end ? 1 << i : 0)).reduce((a, b) => a | b, 0);
}

export function maskOfAll(ranges: readonly Cidr[]): number {
  return ranges.reduce((mask, range) => mask | maskOf(range), 0);
}

export function countOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest; rest &= rest - 1) count++;
  return count;
}

/** The fewest CIDRs for each set of addresses, by trying every block as one of them. */
export const FEWEST: readonly number[] = fewestCidrs();

function fewestCidrs(): readonly number[] {
  const masks = BLOCKS.map(maskOf);
  const fewest = Array<number>(ALL + 1).fill(0);
  for (let set = 1; set <= ALL; set++) {
    const parts = masks.filter((mask) => (mask & ~set) === 0);
    // The lowest address lies in one of them, and every choice for it is tried.
    const lowest = set & -set;
    fewest[set] = 1 + Math.min(...parts.flatMap((mask) => (mask & lowest ? (fewest[set & ~mask] ?? 0) : [])));
  }
  return fewest;
}

export const block = fc.constantFrom(...BLOCKS);
/** Mostly narrow ones, as bans are. */
export const narrowBlock = fc.constantFrom(...BLOCKS.filter(({ prefix }) => prefix > 29));
