import { describe, expect, it } from 'vitest';
import { sourceOf, type TextCase, textFound } from '../finding.ts';

describe('spellOutCharacterSets', () => {
  it.each<TextCase>([
    ['.', '\r', '\r', 'the dot is anything'],
    ['.', '\u2028', '\u2028', 'the dot is anything'],
    ['.', '\n', undefined, 'but a newline'],
    ['(?s).', '\n', '\n', 'unless DOTALL'],
    ['(?s:.).', '\nb', '\nb', 'even for a part'],
    ['^.$', '💩', '💩', 'an astral character is one character'],
    ['^[^a]$', '💩', '💩', 'an astral character is one character'],
    ['[💩€]', '€', '€', 'and a member of a class like any other'],
    ['[^💩]', '💩', undefined, 'never half of one'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['\\d', '٣', true],
    ['\\d', '𝟙', true],
    ['\\d', '²', false],
    ['\\w', 'é', true],
    ['\\w', '²', true],
    ['\\w', '中', true],
    ['\\w', '_', true],
    ['\\w', '\u0301', false],
    ['\\s', '\u001c', true],
    ['\\s', '\u0085', true],
    ['\\s', '\u00a0', true],
    ['\\s', '\u180e', false],
    ['\\s', '\ufeff', false],
    ['\\S', '\ufeff', true],
    ['\\S', '\u0085', false],
    ['[\\d-]', '٣', true],
    ['[^\\d]', '٣', false],
    ['[^\\W]', 'é', true],
    ['[\\s:]', '\u001f', true],
    ['(?a)\\w', 'é', false],
    ['(?a)\\s', '\u001c', false],
    ['(?a)\\d', '٣', false],
    ['(?a)[^\\d]', '٣', true],
    ['x|(?a:\\w)', 'é', false],
    ['(?a)-(?u:\\w)', '-é', true],
  ])('%j matches %j as Python has it: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject) !== undefined).toBe(expected);
  });

  it.each([
    ['(?i)k', 'K', true, 'the Kelvin sign is a k'],
    ['(?i)s', 'ſ', true, 'the long s is an s'],
    ['(?i)i', 'ı', true, 'the dotless i is an i to Python'],
    ['(?i)i', 'İ', true, 'and so is the dotted I'],
    ['(?i)ß', 'ẞ', true, 'sharp s'],
    ['(?i)σ', 'ς', true, 'final sigma'],
    ['(?i)[a-k]', 'K', true, 'in a range'],
    ['(?i)[^k]', 'K', false, 'in a negated class'],
    ['(?i)[^x]', 'X', false, 'in a negated class of one'],
    ['(?i)𐐀', '𐐨', true, 'beyond the BMP'],
    ['(?i)[𐐀x]', '𐐨', false, 'but not as one member of a class (a CPython bug, kept)'],
    ['(?i)[𐐀-𐐃]', '𐐨', true, 'though in a range'],
    ['(?ai)k', '\u212a', false, 'ASCII knows only ASCII letters'],
    ['(?ai)k', 'K', true, 'ASCII knows only ASCII letters'],
    ['(?ai)[a-k]', 'K', true, 'ASCII knows only ASCII letters'],
    ['a(?i:b)c', 'aBc', true, 'for a part'],
    ['a(?i:b)c', 'aBC', false, 'for a part'],
    ['(?i)a(?-i:b)', 'AB', false, 'switched off for a part'],
  ])('%j matches %j: %s (%s)', (pattern, subject, expected) => {
    expect(textFound(pattern, subject) !== undefined).toBe(expected);
  });

  it('ignores case for the whole pattern when asked to', () => {
    expect(textFound('abc', 'xABC', { ignoreCase: true })).toBe('ABC');
  });

  it('writes plain text as it is', () => {
    expect(sourceOf('from [0-9]+/x\\.y')).toBe('from [0-9]+\\/x\\.y');
  });
});
