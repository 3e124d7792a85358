import { describe, expect, it } from 'vitest';
import { sourceOf, textFound } from '../finding.ts';

describe('expressParticipationTests', () => {
  it('asks at the end of the subject, where only an unset group matches', () => {
    expect(sourceOf('(?P<x>a)?(?(x)b|c)')).toBe('(a)?(?:(?=[^]*$(?!\\1))b|(?![^]*$(?!\\1))c)');
  });

  it.each([
    ['^(?:(x*)a|b)(?(1)c|d)$', 'ac', 'ac', 'the group was empty, at the start'],
    ['^.(?:(x*)a|b)(?(1)c|d)$', '-ac', '-ac', 'the group was empty, further on'],
    ['^.(?:(x*)a|b)(?(1)c|d)$', '-bd', '-bd', 'the group took no part'],
    ['^(?:a()|b)(?(1)$|c)', 'a', 'a', 'the group was empty, at the end'],
    ['^(?:a()|b)(?(1)$|c)', 'bc', 'bc', 'the group took no part'],
  ])('marks a group that may be empty: %j in %j finds %j, %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });
});
