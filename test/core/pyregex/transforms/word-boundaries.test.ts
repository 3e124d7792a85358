import { describe, expect, it } from 'vitest';
import { sourceOf, type TextCase, textFound } from '../finding.ts';

describe('expressWordBoundaries', () => {
  it.each<TextCase>([
    ['\\ba', 'xa a', 'a', 'before a word'],
    ['a\\b', 'é', undefined, 'nothing to find'],
    ['\\bb', 'éb', undefined, 'é is a word character'],
    ['b\\b', 'bé', undefined, 'é is a word character'],
    ['(?a)\\bb', 'éb', 'b', 'not under ASCII'],
    ['.\\b.', 'a💩', 'a💩', 'beside an astral character'],
    ['x\\B.', 'x-xy', 'xy', '\\B is the opposite'],
    ['\\B', '', undefined, 'Python finds no \\B in nothing'],
    ['\\b', '', undefined, 'nor a \\b'],
    ['\\B-', '-', '-', 'at the start'],
    ['(a|\\b)b', 'b', 'b', 'as a whole alternative'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it('looks to one side only where the neighbor is known', () => {
    expect(sourceOf('(?a)\\bfoo')).toBe('(?<![0-9A-Z_a-z])foo');
    expect(sourceOf('(?a)foo\\b')).toBe('foo(?![0-9A-Z_a-z])');
    expect(sourceOf('(?a)-\\b')).toBe('-(?=[0-9A-Z_a-z])');
    expect(sourceOf('(?a)-+\\B')).toBe('-+(?![0-9A-Z_a-z])');
  });
});
