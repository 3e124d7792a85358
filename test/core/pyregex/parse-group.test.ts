import { describe, expect, it } from 'vitest';
import { find, refusalOf, type TextCase, textFound } from './finding.ts';

describe('parseParenthesis', () => {
  it('names groups as Python does', () => {
    expect(find('(?P<user_1>a)(?P<Ünder>b)', 'ab')?.groups).toEqual({ user_1: 'a', Ünder: 'b' });
  });

  it.each<TextCase>([
    ['(?<=ab)c', 'abc', 'c', 'a lookbehind of fixed width'],
    ['(?<=a|b)c', 'bc', 'c', 'with alternatives of one width'],
    ['(?<!a)b', 'ab b', 'b', 'negated'],
    ['(?<=(?P<x>a))b(?P=x)', 'aba', 'ba', 'that captures'],
    ['(a)(?<=\\1)b', 'ab', 'ab', 'that refers to an earlier group'],
    ['(?<=a{2})b', 'aab', 'b', 'that counts'],
    ['(?<=💩)b', '💩b', 'b', 'that counts astral characters once'],
    ['(?<=^a)b', 'ab', 'b', 'with an anchor'],
    ['(?<=(?=ab).)b', 'ab', 'b', 'with a lookahead'],
    ['(a)?(?<=(?(1)a|b))c', 'bc', 'c', 'with a conditional of one width'],
    ['(a)?(?( 1 )b|c)', 'ab', 'ab', 'a conditional on a number that int() reads'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['(?P<x>a)(?P<x>b)', '"x" is defined twice, as group 1 and as group 2', '1:9+6'],
    ['(?P<1x>a)', 'cannot be a group name', '1:5+3'],
    ['(?P<mlf-id>a)', 'cannot be a group name', '1:5+7'],
    ['(?P<>a)', 'group name is missing', '1:5+1'],
    ['(?P<x', 'not closed by ">"', '1:5+1'],
    ['(?P=x)', 'no group "x" before', '1:5+2'],
    ['(?P<x>a(?P=x))', 'still open', '1:8+6'],
    ['(?(x)a|b)', 'no group "x" before', '1:4+2'],
    ['(?(0)a)', 'numbered from 1', '1:4+2'],
    ['(?(-1)a)', 'neither a group name nor a group number', '1:4+3'],
    ['(?(2)a)(b)', 'there is no group 2', '1:4+7'],
    ['(a)(?(1)b|c|d)', 'at most two alternatives', '1:4+8'],
    ['(?<=a*)b', 'fixed number of characters', '1:1+7'],
    ['(?<=a|bc)d', 'fixed number of characters', '1:1+9'],
    ['(?<!(a)?)b', 'fixed number of characters', '1:1+9'],
    ['(a)?(?<=(?(1)a|bc))c', 'fixed number of characters', '1:5+15'],
    ['(?<=(a)\\1)b', 'defined in the lookbehind', '1:8+2'],
    ['(?<a', 'begins no group', '1:1+4'],
  ])('refuses %j, as Python does', (pattern, message, place) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
    expect(refusal?.[2]).toBe(place);
  });
});
