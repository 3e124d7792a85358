import type { Cidr } from './address.ts';
import type { BanTrie } from './ban-trie.ts';
import { halves, sizeOf } from './cidr-set.ts';

export interface Cover {
  /** The ranges that are out. */
  readonly ranges: readonly Cidr[];
  /** Their addresses that no ban covers. */
  readonly collateral: bigint;
}

/** One option for a range: the number of CIDRs left of it, and the cost. */
interface Way {
  readonly entries: number;
  readonly collateral: bigint;
  readonly out: Out;
}

/** Ranges as a tree, so that an option made of two others shares theirs. */
type Out = Cidr | readonly [Out, Out] | undefined;

const LEFT_WHOLE: Way = { entries: 1, collateral: 0n, out: undefined };

/**
 * The ranges to leave out so that everything required in the trie is out, one to `maxEntries` CIDRs
 * are left, and as few addresses as possible are out that no ban covers. The minimum is exact, by
 * dynamic programming: each node offers its useful options, one for each number of CIDRs, and two
 * halves offer the sums of theirs. Options that cannot fit with the best of all other nodes are
 * dropped, so a node never has more of them than the list has spare room.
 *
 * @param allowed the trie's roots, in its order
 * @throws Error when nothing fits; the caller makes sure that something does
 */
export function leastCollateral(trie: BanTrie, allowed: readonly Cidr[], maxEntries: number): Cover {
  const spare = maxEntries - trie.leastOrNone();
  let most = spare;
  let ways: readonly Way[] = [{ entries: 0, collateral: 0n, out: undefined }];
  allowed.forEach((range, root) => {
    most += trie.leastOf(root);
    ways = sums(ways, waysOf(trie, root, range, spare, false).ways, most);
  });
  const best = ways.findLast(({ entries }) => entries > 0);
  if (!best) throw new Error(`nothing fits into ${maxEntries} entries`);
  return { ranges: [...flat(best.out)], collateral: best.collateral };
}

/**
 * The useful options, fewest entries first, and the number of banned addresses of the node.
 *
 * @param named a ban that is not entirely out covers all of the node's addresses
 */
function waysOf(
  trie: BanTrie,
  node: number | undefined,
  range: Cidr,
  spare: number,
  named: boolean,
): { readonly ways: readonly Way[]; readonly banned: bigint } {
  if (node === undefined) return { ways: [LEFT_WHOLE], banned: 0n };
  const most = trie.leastOf(node) + spare;
  const whole = trie.isCut(node) ? [] : [LEFT_WHOLE];
  if (trie.isBan(node)) {
    const out: Way = { entries: 0, collateral: 0n, out: range };
    if (trie.isRequired(node)) return { ways: [out], banned: sizeOf(range) };
    const parts = trie.isCut(node) ? splitWays(trie, node, range, spare, true).ways : [];
    return { ways: worthHaving([out, ...whole, ...parts], most), banned: sizeOf(range) };
  }
  const { ways: parts, banned } = splitWays(trie, node, range, spare, named);
  const out = trie.isCoverable(node)
    ? [{ entries: 0, collateral: named ? 0n : sizeOf(range) - banned, out: range }]
    : [];
  return { ways: worthHaving([...out, ...whole, ...parts], most), banned };
}

function splitWays(trie: BanTrie, node: number, range: Cidr, spare: number, named: boolean): ReturnType<typeof waysOf> {
  const [low, high] = trie.halvesOf(node);
  if (low === undefined && high === undefined) return { ways: [], banned: 0n };
  const [lowRange, highRange] = halves(range);
  const lower = waysOf(trie, low, lowRange, spare, named);
  const upper = waysOf(trie, high, highRange, spare, named);
  const most = trie.leastOf(node) + spare;
  return { ways: sums(lower.ways, upper.ways, most), banned: lower.banned + upper.banned };
}

function sums(some: readonly Way[], others: readonly Way[], most: number): readonly Way[] {
  const all = some.flatMap((a) =>
    others.map((b) => ({
      entries: a.entries + b.entries,
      collateral: a.collateral + b.collateral,
      out: joined(a.out, b.out),
    })),
  );
  return worthHaving(all, most);
}

/**
 * Drops options that another one beats in both CIDRs and cost; the rest stay in the order of CIDRs.
 * Leaving none is not compared with leaving some, because the whole result must not be empty.
 */
function worthHaving(ways: readonly Way[], most: number): readonly Way[] {
  const kept: Way[] = [];
  for (const way of [...ways].sort(byEntriesThenCollateral)) {
    const last = kept.at(-1);
    const better = !last || way.collateral < last.collateral || (last.entries === 0 && way.entries > 0);
    if (better && way.entries <= most) kept.push(way);
  }
  return kept;
}

function byEntriesThenCollateral(a: Way, b: Way): number {
  if (a.entries !== b.entries) return a.entries - b.entries;
  return Number(a.collateral > b.collateral) - Number(a.collateral < b.collateral);
}

function joined(a: Out, b: Out): Out {
  return a && b ? [a, b] : (a ?? b);
}

function* flat(out: Out): Generator<Cidr> {
  const rest = [out];
  for (let next = rest.pop(); rest.length > 0 || next; next = rest.pop()) {
    if (!next) continue;
    if ('prefix' in next) yield next;
    else rest.push(...next);
  }
}
