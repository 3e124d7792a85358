import type { Category, CharacterClass, CodePointRange, Flags } from './ast.ts';
import { parseClassEscape } from './parse-escape.ts';
import type { Tokenizer } from './tokenize.ts';

/**
 * A `[…]` whose bracket was just taken. A `]` right after `[` or `[^` is a literal, and so is a `-`
 * before the closing bracket (Lib/re/_parser.py: _parse).
 */
export function parseClass(tokens: Tokenizer, start: number, flags: Flags): CharacterClass {
  const negated = tokens.accept('^');
  const items: (Category | CodePointRange)[] = [];
  for (;;) {
    const memberStart = tokens.offset;
    const token = takeMember(tokens, start);
    if (token === ']' && items.length > 0) {
      return { kind: 'class', negated, items, flags };
    }
    const from = member(tokens, token, memberStart);
    if (!tokens.accept('-')) {
      items.push(asItem(from));
      continue;
    }
    const endStart = tokens.offset;
    const endToken = takeMember(tokens, start);
    if (endToken === ']') {
      items.push(asItem(from), asItem(0x2d));
      return { kind: 'class', negated, items, flags };
    }
    const to = member(tokens, endToken, endStart);
    if (typeof from !== 'number' || typeof to !== 'number' || to < from) {
      throw tokens.syntaxError(
        `"${tokens.source.slice(memberStart, tokens.offset)}" is not a range from a lower to a higher character`,
        memberStart,
      );
    }
    items.push({ kind: 'range', from, to });
  }
}

function takeMember(tokens: Tokenizer, start: number): string {
  const token = tokens.take();
  if (token === undefined) {
    throw tokens.syntaxError('the character class is not closed by "]"', start);
  }
  return token;
}

function member(tokens: Tokenizer, token: string, start: number): Category | number {
  return token.length > 1 && token.startsWith('\\')
    ? parseClassEscape(tokens, token, start)
    : (token.codePointAt(0) ?? 0);
}

function asItem(value: Category | number): Category | CodePointRange {
  return typeof value === 'number' ? { kind: 'range', from: value, to: value } : value;
}
