import { describe, expect, it } from 'vitest';
import { groupsFound, sourceOf } from '../finding.ts';

describe('dropNeedlessCaptures', () => {
  it.each([
    ['(a)b', 'ab', 'an unnamed group'],
    ['(a|b)+c', '(?:a|b)+c', 'with alternatives'],
    ['(?P<x>a)(b)', '(a)b', 'beside a named group'],
    ['(a)(b)\\1', '(a)b\\1', 'beside a group that is referred to'],
    ['(a)?(b)(?(1)c)', '(a)?b(?:(?=[^]*$(?!\\1))c|(?![^]*$(?!\\1)))', 'beside a group that a conditional names'],
  ])('%j becomes %j: %s', (pattern, expected) => {
    expect(sourceOf(pattern)).toBe(expected);
  });

  it('keeps all when groups are wanted by number', () => {
    expect(sourceOf('(a)b', { numberedGroups: true })).toBe('(a)b');
    expect(groupsFound('(?P<x>a)(b)', 'ab')).toEqual({ '1': 'a', '2': 'b', x: 'a' });
  });
});
