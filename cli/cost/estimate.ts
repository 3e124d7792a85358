import { PRICES, type Price, type PriceName } from './prices.ts';
import type { Usage } from './usage.ts';

/** US dollars a month. */
export interface CostItem {
  readonly item: string;
  readonly price: PriceName;
  readonly amount: number;
  readonly unit: string;
  readonly usd: number;
  /** Of that, what is due when nothing happens. */
  readonly fixed: number;
  /** What the account's free allowances take off, if nothing else in the account uses them. */
  readonly free: number;
}

export interface Estimate {
  readonly items: readonly CostItem[];
  readonly usd: number;
  readonly fixed: number;
  readonly free: number;
}

/** Prices the usage. An allowance that several items share goes to the first of them first. */
export function estimate(usage: readonly Usage[], replaced: ReadonlyMap<PriceName, number>): Estimate {
  const allowances = new Map<PriceName, number>();
  const items = usage.map(({ item, price, amount, fixed }): CostItem => {
    const { usd: listed, unit, free = 0 }: Price = PRICES[price];
    const each = replaced.get(price) ?? listed;
    const allowance = allowances.get(price) ?? free;
    const covered = Math.min(amount, allowance);
    allowances.set(price, allowance - covered);
    return { item, price, amount, unit, usd: amount * each, fixed: fixed * each, free: covered * each };
  });
  const sum = (of: (item: CostItem) => number): number => items.reduce((total, item) => total + of(item), 0);
  return { items, usd: sum(({ usd }) => usd), fixed: sum(({ fixed }) => fixed), free: sum(({ free }) => free) };
}
