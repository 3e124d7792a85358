import { strip } from './python-text.ts';

/**
 * `1`, `on`, `true`, `yes` in any case; everything else is false (fail2ban/helpers.py: _as_bool).
 */
export function parseBoolean(text: string): boolean {
  return ['1', 'on', 'true', 'yes'].includes(text.toLowerCase());
}

/** What Python's `int()` reads from text, `undefined` where it raises ValueError. */
export function parseInteger(text: string): number | undefined {
  const trimmed = strip(text);
  return /^[+-]?\d+(?:_\d+)*$/.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined;
}
