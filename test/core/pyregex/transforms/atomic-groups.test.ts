import { describe, expect, it } from 'vitest';
import { groupsFound, sourceOf, type TextCase, textFound } from '../finding.ts';

describe('emulateAtomicGroups', () => {
  it.each<TextCase>([
    ['(?>a*)a', 'aaa', undefined, 'gives nothing back'],
    ['(?>a*)b', 'aab', 'aab', 'and needs not'],
    ['(?>a|ab)c', 'abc', undefined, 'tries no other alternative'],
    ['a*+a', 'aaa', undefined, 'possessive'],
    ['a?+a', 'a', undefined, 'possessive, optional'],
    ['a{1,2}+a', 'aa', undefined, 'possessive, counted'],
    ['a{1,2}+a', 'aaa', 'aaa', 'possessive, counted'],
    ['(?:aa|a){2}+', 'aa', undefined, 'no round is tried again'],
    ['(?:(?:a)|[^:]a*a)*+', '€', '', 'a round that failed leaves nothing behind'],
    ['(?>(?>a+)b)c', 'aabc', 'aabc', 'nested'],
    ['(?<=(?>a|b)c)d', 'acd', 'd', 'in a lookbehind'],
    ['(?<=(?=(?>a*)b)a)b', 'ab', 'b', 'in a lookahead in a lookbehind'],
    ['(?<=(?=(?>a*)ab)a)b', 'ab', undefined, 'in a lookahead in a lookbehind'],
    ['(?>(?:x)|y)1', 'y1', 'y1', 'before a digit'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it('keeps what is captured inside', () => {
    expect(groupsFound('(?>(a)|b)(c)', 'ac')).toEqual({ '1': 'a', '2': 'c' });
  });

  it('captures in a lookahead and refers to it', () => {
    expect(sourceOf('(?>a+)b')).toBe('(?=(a+))\\1b');
    expect(sourceOf('(?>a+)1')).toBe('(?=(a+))\\1(?:)1');
  });
});
