import { type Expression, parseExpression } from './expression.ts';

const DAY = 86_400;
/**
 * A year with its share of leap days, as fail2ban counts (fail2ban/server/mytime.py: str2seconds).
 */
const YEAR = 365.25 * DAY;

const UNITS: Readonly<Record<string, number>> = {
  ...spelled(1, 's', 'ss', 'se', 'sec', 'second', 'seconds'),
  ...spelled(60, 'm', 'mm', 'mi', 'min', 'minute', 'minutes'),
  ...spelled(3600, 'h', 'hh', 'ho', 'hou', 'hour', 'hours'),
  ...spelled(DAY, 'd', 'dd', 'da', 'day', 'days'),
  ...spelled(7 * DAY, 'w', 'ww', 'we', 'wee', 'week', 'weeks'),
  ...spelled(YEAR / 12, 'mo', 'mon', 'month', 'months'),
  ...spelled(YEAR, 'y', 'yy', 'ye', 'yea', 'year', 'years'),
};

function spelled(seconds: number, ...units: readonly string[]): Record<string, number> {
  return Object.fromEntries(units.map((unit) => [unit, seconds]));
}

export type Duration =
  | { readonly kind: 'duration'; readonly seconds: number }
  | { readonly kind: 'malformed'; readonly message: string; readonly offset: number; readonly length: number };

/**
 * Seconds of a time as fail2ban writes them: a number, or arithmetic with units in any case,
 * adjacent groups adding up. `1d12h`, `1y-6mo`, `2*60`, `1.5h`; `M` is a minute, `mo` a month.
 */
export function parseDuration(text: string): Duration {
  const parsed: Expression = parseExpression(text, { units: UNITS, names: [], functions: {} });
  if (parsed.kind === 'malformed') return parsed;
  const seconds = parsed.evaluate({ values: {}, random: () => 0 });
  if (Number.isFinite(seconds)) return { kind: 'duration', seconds };
  return { kind: 'malformed', message: 'this has no finite value', offset: 0, length: Math.max(1, text.length) };
}
