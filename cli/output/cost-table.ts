import type { CostItem, Estimate } from '../cost/estimate.ts';

/** The estimate for a person, an item a line. */
export function costTable({ items, usd, fixed, free }: Estimate): string {
  const rows = items.map(rowOf);
  const total = ['', '', money(usd), money(fixed), money(usd - free)];
  return [['', 'a month', 'list price', 'when idle', 'after free tier'], ...rows, ['in all', ...total.slice(1)]]
    .map((cells) => lineOf(cells))
    .join('\n');
}

function rowOf({ item, amount, unit, usd, fixed, free }: CostItem): readonly string[] {
  return [
    item,
    `${quantity(amount)} ${unit}${amount === 1 ? '' : plural(unit)}`,
    money(usd),
    money(fixed),
    money(usd - free),
  ];
}

const WIDTHS = [32, 34, 11, 11, 16];

function lineOf(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('')
    .trimEnd();
}

function plural(unit: string): string {
  return /^(?:metric|alarm|dashboard|web ACL)$/.test(unit) ? 's' : '';
}

function quantity(amount: number): string {
  if (Number.isInteger(amount)) return amount.toLocaleString('en');
  return amount < 0.01 ? '< 0.01' : amount.toLocaleString('en', { maximumFractionDigits: 2 });
}

function money(usd: number): string {
  return usd > 0 && usd < 0.005 ? '< $0.01' : `$${usd.toFixed(2)}`;
}
