import { describe, expect, it } from 'vitest';
import { refusalOf, sourceOf, textFound } from '../finding.ts';

describe('alignEmptyRounds', () => {
  it.each([
    ['(?:a?)*b', 'aab', 'aab', 'nothing is tried last'],
    ['(?:a?b?)*c', 'abbac', 'abbac', 'nothing is tried last'],
    ['(?:a*|b)*', 'ab', 'a', 'nothing comes before b, and going on succeeds'],
    ['(?:a*|b)*$', 'ab', 'ab', 'going on fails, so b is tried'],
    ['(?:a*|b)*c', 'abac', 'abac', 'more than once'],
    ['^(?:a*|b)+c', 'bc', 'bc', 'after a round that must be'],
    ['(?:[^\\]"]*|"[^"]*")*\\]', 'x "a]b" y]', 'x "a]b" y]', 'quoted brackets'],
    ['(?:|a)*?b', 'aab', 'aab', 'lazily'],
    ['(?:|a)*+a', 'aa', 'a', 'possessively'],
    ['(?:|a)++a', 'aa', 'a', 'possessively, one round at least'],
    ['^(?:(?:a|bb)*|b)*c', 'bbbc', 'bbbc', 'with a repeat inside'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it('writes a repeat whose earlier alternative may match nothing as two', () => {
    expect(sourceOf('x(?:a*|b)*')).toBe('x(?:a*)*(?:b(?:a*)*)*?');
  });

  it.each([
    ['(?:a*?b?)*', 'tries to match nothing before something'],
    ['(?:|a){2,3}', 'tries to match nothing before something'],
    ['(?:(?=a)|a|[ab])*', 'tries to match nothing before something'],
    ['(?:a*|b?|c)*', 'tries to match nothing before something'],
    ['(?:a*|(?P<x>b))*', 'tries to match nothing before something'],
    ['(?P<x>a?)*', 'may capture nothing, in a repeat that may match nothing'],
    ['(?:b?(?=(?P<x>a)))*', 'may capture nothing, in a repeat that may match nothing'],
  ])('refuses %j', (pattern, message) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_UNSUPPORTED');
    expect(refusal?.[1]).toContain(message);
  });
});
