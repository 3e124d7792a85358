import type { Repeat } from './ast.ts';
import type { ParseState } from './parse-state.ts';
import { MAX_REPEAT } from './width.ts';

const DIGITS = '0123456789';

/**
 * The quantifier that begins with `token`, already taken; `undefined` when it is none: a `{` that
 * begins no `{m}`, `{m,}`, `{,n}` or `{m,n}` is a literal (Lib/re/_parser.py: _parse).
 */
export function parseQuantifier(
  state: ParseState,
  token: string,
  start: number,
): Pick<Repeat, 'min' | 'max' | 'mode'> | undefined {
  const bounds = parseBounds(state, token, start);
  if (bounds === undefined) {
    return undefined;
  }
  if (state.tokens.accept('?')) {
    return { ...bounds, mode: 'lazy' };
  }
  return { ...bounds, mode: state.tokens.accept('+') ? 'possessive' : 'greedy' };
}

function parseBounds(state: ParseState, token: string, start: number): { min: number; max: number } | undefined {
  switch (token) {
    case '?':
      return { min: 0, max: 1 };
    case '*':
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case '+':
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case '{':
      return parseBraces(state, start);
    default:
      return undefined;
  }
}

function parseBraces(state: ParseState, start: number): { min: number; max: number } | undefined {
  const { tokens } = state;
  const inside = tokens.offset;
  const low = tokens.acceptWhile(Number.POSITIVE_INFINITY, DIGITS);
  const comma = tokens.accept(',');
  const high = comma ? tokens.acceptWhile(Number.POSITIVE_INFINITY, DIGITS) : low;
  if ((low === '' && !comma) || !tokens.accept('}')) {
    tokens.seek(inside);
    return undefined;
  }
  const min = low === '' ? 0 : Number(low);
  const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
  if (min >= MAX_REPEAT || (high !== '' && max >= MAX_REPEAT)) {
    throw tokens.syntaxError(`a repeat count must be below ${MAX_REPEAT}`, start);
  }
  if (max < min) {
    throw tokens.syntaxError(`the repeat's lower bound ${min} is above its upper bound ${max}`, start);
  }
  return { min, max };
}
