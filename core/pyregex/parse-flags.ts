import type { ParseFlags, ParseState } from './parse-state.ts';

/** The content of `(?flags)`, `(?flags:` or `(?on-off:`. */
export type InlineFlags =
  | { readonly kind: 'global'; readonly on: string }
  | { readonly kind: 'scoped'; readonly on: string; readonly off: string };

/** `t` is Python's undocumented TEMPLATE: global, without effect on matching. */
const FLAG_LETTERS = 'iLmsxatu';
const TYPE_LETTERS = 'aLu';

/** The flags after `(?`, whose first character is `first` (Lib/re/_parser.py: _parse_flags). */
export function parseInlineFlags(state: ParseState, first: string, start: number): InlineFlags {
  const { tokens } = state;
  let on = '';
  let token: string | undefined = first;
  while (token !== undefined && token.length === 1 && FLAG_LETTERS.includes(token)) {
    on += token;
    checkTypeFlags(state, on, start);
    token = tokens.take();
  }
  if (token === ')' && on !== '') {
    return { kind: 'global', on };
  }
  if (token !== ':' && token !== '-') {
    throw tokens.syntaxError(unexpected(token, 'a flag, "-", ":" or ")"'), start);
  }
  const off = token === '-' ? parseOff(state, start) : '';
  if (on.includes('t') || off.includes('t')) {
    throw tokens.syntaxError('flag "t" is global and cannot be switched for a part', start);
  }
  for (const letter of on) {
    if (off.includes(letter)) {
      throw tokens.syntaxError(`flag "${letter}" is switched on and off`, start);
    }
  }
  return { kind: 'scoped', on, off };
}

export function withFlags(flags: ParseFlags, on: string, off: string): ParseFlags {
  const pick = (letter: string, now: boolean) => (now || on.includes(letter)) && !off.includes(letter);
  return {
    ignoreCase: pick('i', flags.ignoreCase),
    multiline: pick('m', flags.multiline),
    dotAll: pick('s', flags.dotAll),
    ascii: on.includes('u') ? false : pick('a', flags.ascii),
    verbose: pick('x', flags.verbose),
  };
}

function checkTypeFlags(state: ParseState, on: string, start: number): void {
  if (on.includes('L')) {
    throw state.tokens.syntaxError('flag "L" (locale) works on bytes only', start);
  }
  if (TYPE_LETTERS.split('').filter((letter) => on.includes(letter)).length > 1) {
    throw state.tokens.syntaxError('flags "a" and "u" exclude each other', start);
  }
}

function parseOff(state: ParseState, start: number): string {
  const { tokens } = state;
  let off = '';
  for (;;) {
    const token = tokens.take();
    if (token === ':' && off !== '') {
      return off;
    }
    if (token === undefined || token.length !== 1 || !FLAG_LETTERS.includes(token)) {
      throw tokens.syntaxError(unexpected(token, 'a flag or ":"'), start);
    }
    if (TYPE_LETTERS.includes(token)) {
      throw tokens.syntaxError(`flag "${token}" cannot be switched off`, start);
    }
    off += token;
  }
}

function unexpected(token: string | undefined, wanted: string): string {
  return token === undefined
    ? `the pattern ends where ${wanted} should stand`
    : `"${token}" stands where ${wanted} should`;
}
