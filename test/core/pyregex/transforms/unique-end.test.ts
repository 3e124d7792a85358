import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../core/pyregex/ast.ts';
import { parse } from '../../../../core/pyregex/parse.ts';
import { spellOutCharacterSets } from '../../../../core/pyregex/transforms/character-sets.ts';
import { hasUniqueEnd } from '../../../../core/pyregex/transforms/unique-end.ts';

function body(pattern: string): Node {
  const parsed = parse(pattern);
  if (parsed.kind === 'refused') {
    throw new Error(pattern);
  }
  return spellOutCharacterSets(parsed.ast.root);
}

describe('hasUniqueEnd', () => {
  it.each([
    ['(?!ip=)(?:user=([^,]*)|\\w+=[^,]*), ', true, 'nothing before the comma may match one'],
    ['a', true, 'one character'],
    ['[ab]c[de]{2}', true, 'a fixed number of characters'],
    ['\\w+=\\S*', false, 'no end'],
    ['.*, ', false, 'the dot matches commas'],
    ['[^,]*,\\s*', false, 'the delimiter is followed by any number'],
    ['a|bc', false, 'not seen to'],
    ['(x)?[^,]*,(?:a|bc)', false, 'alternatives of different lengths'],
  ])('%j: %s, %s', (pattern, expected) => {
    expect(hasUniqueEnd(body(pattern))).toBe(expected);
  });
});
