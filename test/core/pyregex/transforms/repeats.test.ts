import { describe, expect, it } from 'vitest';
import { type GroupsCase, groupsFound, refusalOf, sourceOf, textFound } from '../finding.ts';

describe('alignRepeats', () => {
  it.each<GroupsCase>([
    ['(a*)?', 'b', { '1': '' }, 'an optional round that matched nothing counts'],
    ['(?:(a*))?b', 'b', { '1': '' }, 'an optional round that matched nothing counts'],
    ['(?:(a*))??b', 'b', {}, 'but a lazy one is not tried first'],
    ['(?:(?=(a)))?a', 'a', { '1': 'a' }, 'even if it only looked ahead'],
    ['(?:|(a))?', 'a', {}, 'nothing is tried first here'],
    ['(a?)?+', 'b', { '1': '' }, 'possessive'],
  ])('%j in %j captures %j: %s', (pattern, subject, expected) => {
    expect(groupsFound(pattern, subject)).toEqual(expected);
  });

  it('leaves repeats alone that mean the same', () => {
    expect(sourceOf('(?:ab|c)*d{2,}e??')).toBe('(?:ab|c)*d{2,}e??');
    expect(sourceOf('(?P<x>a)+')).toBe('(a)+');
  });

  it.each([
    ['(?:a|ab){2}c', 'aabc', 'aabc'],
    ['(?:){3}a', 'a', 'a'],
    ['(?:(?=a))*a', 'a', 'a'],
    ['(?:a?){2,3}b', 'aaaab', 'aaab'],
  ])('%j in %j finds %j', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it('refuses a capture in a repeat in a lookbehind, which JavaScript matches from its end', () => {
    expect(refusalOf('(?<=(?P<x>a|b){2})c')?.[1]).toContain('matches a lookbehind from its end');
    expect(refusalOf('(?<=(a|b){2})c')).toBeUndefined();
  });
});
