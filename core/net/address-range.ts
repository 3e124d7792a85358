import { type Cidr, parseCidr, width } from './address.ts';
import { sizeOf } from './cidr-set.ts';

/**
 * The fewest CIDRs that hold the addresses from `first` to `last` and no other, in order.
 * `undefined` where the two are no single addresses of one family, or the last comes before the
 * first.
 */
export function rangeCidrs(first: string, last: string): readonly Cidr[] | undefined {
  const [from, to] = [parseCidr(first), parseCidr(last)];
  if (from === undefined || to === undefined || from.family !== to.family) return undefined;
  const bits = width(from.family);
  if (from.prefix !== bits || to.prefix !== bits || from.network > to.network) return undefined;
  const found: Cidr[] = [];
  for (let next = from.network; next <= to.network; ) {
    const widest = widestFrom({ family: from.family, network: next, prefix: bits }, to.network);
    found.push(widest);
    next += sizeOf(widest);
  }
  return found;
}

/** The widest CIDR that begins at a single address and holds nothing behind `last`. */
function widestFrom(single: Cidr, last: bigint): Cidr {
  let widest = single;
  while (widest.prefix > 0) {
    const wider = { ...widest, prefix: widest.prefix - 1 };
    const size = sizeOf(wider);
    if (wider.network % size !== 0n || wider.network + size - 1n > last) return widest;
    widest = wider;
  }
  return widest;
}
