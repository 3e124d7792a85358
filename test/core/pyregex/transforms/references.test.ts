import { describe, expect, it } from 'vitest';
import { groupsFound, refusalOf, sourceOf, type TextCase, textFound } from '../finding.ts';

describe('expressReferences', () => {
  it.each<TextCase>([
    ['(a)\\1', 'aa', 'aa', 'a group that has matched'],
    ['(?P<q>["\'])x(?P=q)', '"x\' "x"', '"x"', 'by name'],
    ['(?:(a)|b)\\1', 'b', undefined, 'fails where the group has not taken part'],
    ['(?:(a)|b)\\1', 'baa', 'aa', 'and so another match is found'],
    ['(?:(a*)|b)\\1c', 'bc', 'c', 'a group that matched nothing has taken part'],
    ['(?:x(a*)|b)\\1c', 'bc', undefined, 'a group that could match nothing has not'],
    ['(x)?(?:a|\\1b)', 'b', undefined, 'in an alternative'],
    ['(?:(x)|y)(?(1)\\1|z)', 'yz', 'yz', 'behind the condition that it has taken part'],
    ['(1)(?:\\1)0', '110', '110', 'before a digit'],
    ['(?P<a>a)(?<=(?P=a))b', 'ab', 'ab', 'in a lookbehind'],
    ['(?:(💩)|x)\\1', '💩💩', '💩💩', 'of astral characters'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each<TextCase>([
    ['(a)?(?(1)b|c)', 'ab', 'ab', 'yes'],
    ['(a)?(?(1)b|c)', 'c', 'c', 'no'],
    ['^(a)?(?(1)b|c)$', 'ac', undefined, 'yes means yes'],
    ['(?P<x>a)?(?(x)b|c)', 'xc', 'c', 'by name'],
    ['(a)?(?(1)b)', 'c', '', 'without a second alternative'],
    ['^(?:(a*)|b)(?(1)c|d)$', 'c', 'c', 'a group that matched nothing has taken part'],
    ['^(?:(a*)x|b)(?(1)c|d)$', 'bd', 'bd', 'a group that could match nothing has not'],
    ['(?:()|)(?(1)a)', '€', '', 'giving the group up when its alternative fails'],
    ['(?(2)a|b)(x)(y)', 'bxy', 'bxy', 'on a group that comes later'],
    ['(a(?(1)b|c))', 'ac', 'ac', 'on a group that is still open'],
    ['(a)?(?=(?(1)b|c))', 'ab', 'a', 'in a lookahead'],
    ['(a)?(?:(b)|x)(?(1)(?(2)c|d)|e)', 'axd', 'axd', 'nested'],
    ['(a)(?(1)b|(c))(?:\\2)?d', 'abd', 'abd', 'that is always met, its group never set'],
  ])('the conditional in %j on %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it('forgets the group of an alternative that failed', () => {
    expect(groupsFound('(?:()|)(?(1)a)', '𐐀')).toEqual({});
  });

  it('adds no test where the group has taken part for sure', () => {
    expect(sourceOf('(a)\\1')).toBe('(a)\\1');
    expect(sourceOf('(?:(a)|b(a))(?:\\1)?', { numberedGroups: true })).toContain('$');
  });

  it.each([
    ['(?i)(["\'])x\\1', '"X"', '"X"', 'a quote has no case'],
    ['(?i)(\\d+)-\\1', '12-12', '12-12', 'nor have digits'],
  ])('refers without case where there is none: %j in %j', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['(?i)(\\w)\\1', 'a back-reference that ignores case', '1:9+2'],
    ['(?:(?(1)b|a)(x))*', 'group 1 is referred to before it has matched', '1:4+9'],
    ['(?:(?:(a)|b)\\1?c)*', 'group 1 is referred to before it has matched', '1:13+2'],
  ])('refuses %j', (pattern, message, place) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_UNSUPPORTED');
    expect(refusal?.[1]).toContain(message);
    expect(refusal?.[2]).toBe(place);
  });
});
