import type { Category, Flags, Node } from './ast.ts';
import { checkLookbehindReference, type ParseState } from './parse-state.ts';
import { Refusal } from './refusal.ts';
import type { Tokenizer } from './tokenize.ts';

const CONTROL: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const OCTAL_DIGITS = '01234567';
const DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const CATEGORIES: Readonly<Record<string, Category>> = {
  d: { kind: 'category', name: 'digit', negated: false },
  D: { kind: 'category', name: 'digit', negated: true },
  s: { kind: 'category', name: 'space', negated: false },
  S: { kind: 'category', name: 'space', negated: true },
  w: { kind: 'category', name: 'word', negated: false },
  W: { kind: 'category', name: 'word', negated: true },
};

const ANCHORS = {
  A: 'string-start',
  Z: 'string-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
} as const;

/**
 * An escape inside `[…]`, already taken, that began at `start` (Lib/re/_parser.py: _class_escape).
 */
export function parseClassEscape(tokens: Tokenizer, token: string, start: number): Category | number {
  const character = token.slice(1);
  const category = CATEGORIES[character];
  if (category !== undefined) {
    return category;
  }
  const control = CONTROL[character];
  if (control !== undefined) {
    return control;
  }
  if (OCTAL_DIGITS.includes(character)) {
    return octal(tokens, character + tokens.acceptWhile(2, OCTAL_DIGITS), start);
  }
  return literalEscape(tokens, character, start);
}

/** An escape outside `[…]`, already taken, that began at `start` (Lib/re/_parser.py: _escape). */
export function parseEscape(state: ParseState, token: string, start: number, flags: Flags): Node {
  const character = token.slice(1);
  const anchor = isAnchor(character) ? ANCHORS[character] : undefined;
  if (anchor !== undefined) {
    return { kind: 'anchor', at: anchor, flags };
  }
  const category = CATEGORIES[character];
  if (category !== undefined) {
    return { kind: 'class', negated: false, items: [category], flags };
  }
  const control = CONTROL[character];
  if (control !== undefined) {
    return { kind: 'literal', codePoint: control, flags };
  }
  if (DIGITS.includes(character)) {
    return numericEscape(state, character, start, flags);
  }
  return { kind: 'literal', codePoint: literalEscape(state.tokens, character, start), flags };
}

function isAnchor(character: string): character is keyof typeof ANCHORS {
  return Object.hasOwn(ANCHORS, character);
}

/**
 * `\0…` is octal; `\123` is octal when all three are octal digits; any other number refers to a
 * group.
 */
function numericEscape(state: ParseState, first: string, start: number, flags: Flags): Node {
  const { tokens } = state;
  if (first === '0') {
    const digits = first + tokens.acceptWhile(2, OCTAL_DIGITS);
    return { kind: 'literal', codePoint: octal(tokens, digits, start), flags };
  }
  const second = tokens.acceptWhile(1, DIGITS);
  if (second !== '' && OCTAL_DIGITS.includes(first) && OCTAL_DIGITS.includes(second)) {
    const third = tokens.acceptWhile(1, OCTAL_DIGITS);
    if (third !== '') {
      return { kind: 'literal', codePoint: octal(tokens, first + second + third, start), flags };
    }
  }
  const group = Number(first + second);
  if (group > state.groupCount) {
    throw tokens.syntaxError(`there is no group ${group} before this place`, start);
  }
  if (!state.groupWidths.has(group)) {
    throw tokens.syntaxError(`group ${group} is still open where it is referred to`, start);
  }
  checkLookbehindReference(state, group, start);
  return { kind: 'back-reference', group, flags, span: { start, end: tokens.offset } };
}

function octal(tokens: Tokenizer, digits: string, start: number): number {
  const value = Number.parseInt(digits, 8);
  if (value > 0o377) {
    throw tokens.syntaxError(`octal escape \\${digits} is above \\377`, start);
  }
  return value;
}

function literalEscape(tokens: Tokenizer, character: string, start: number): number {
  const length = HEX_LENGTH[character];
  if (length !== undefined) {
    return hexadecimal(tokens, character, length, start);
  }
  if (character === 'N') {
    tokens.acceptWhile(1, '{');
    throw new Refusal(
      'REGEX_UNSUPPORTED',
      'characters by Unicode name (\\N{…}) are not supported',
      { start, end: tokens.offset },
      'Write the code point instead: \\xhh, \\uhhhh or \\Uhhhhhhhh.',
    );
  }
  if (/^[a-zA-Z0-9]$/.test(character)) {
    throw tokens.syntaxError(`\\${character} is not an escape that Python knows`, start);
  }
  return character.codePointAt(0) ?? 0;
}

function hexadecimal(tokens: Tokenizer, letter: string, length: number, start: number): number {
  const digits = tokens.acceptWhile(length, HEX_DIGITS);
  if (digits.length !== length) {
    throw tokens.syntaxError(`\\${letter} needs ${length} hexadecimal digits`, start);
  }
  const codePoint = Number.parseInt(digits, 16);
  if (codePoint > 0x10ffff) {
    throw tokens.syntaxError(`\\U${digits} is beyond the last code point, \\U0010ffff`, start);
  }
  return codePoint;
}
