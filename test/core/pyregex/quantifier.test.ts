import { describe, expect, it } from 'vitest';
import { refusalOf, type TextCase, textFound } from './finding.ts';

describe('parseQuantifier', () => {
  it.each<TextCase>([
    ['^a{,2}', 'aaa', 'aa', 'no lower bound means none'],
    ['^a{,}', 'aaa', 'aaa', 'no bound at all'],
    ['^a{2,}', 'aaa', 'aaa', 'no upper bound'],
    ['^a{2}', 'aaa', 'aa', 'exactly'],
    ['^a{1,2}?', 'aaa', 'a', 'lazy'],
    ['^a{1,2}+', 'aaa', 'aa', 'possessive'],
    ['a{}', 'a{}', 'a{}', 'empty braces are literal'],
    ['a{x}', 'a{x}', 'a{x}', 'so are others that hold no numbers'],
    ['a{1', 'a{1', 'a{1', 'or are not closed'],
    ['a{1,2', 'a{1,2', 'a{1,2', 'or are not closed'],
    ['{', '{', '{', 'or repeat nothing'],
    ['x{1 }', 'x{1 }', 'x{1 }', 'or hold a space'],
    ['a{0}b', 'ab', 'b', 'never'],
    ['a{00012}', 'aaaaaaaaaaaa', 'aaaaaaaaaaaa', 'leading zeros'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['{1}', 'nothing to repeat'],
    ['a{2,1}', 'lower bound 2 is above its upper bound 1'],
    ['a{4294967295}', 'must be below 4294967295'],
    ['a{,4294967295}', 'must be below 4294967295'],
  ])('refuses %j, as Python does', (pattern, message) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
  });
});
