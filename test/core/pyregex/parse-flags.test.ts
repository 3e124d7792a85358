import { describe, expect, it } from 'vitest';
import { refusalOf } from './finding.ts';

describe('parseInlineFlags', () => {
  it.each([['(?i)a'], ['(?aimsx)a'], ['(?t)a'], ['(?i-s:a)'], ['(?-imsx:a)'], ['(?#c)(?i)a']])(
    'accepts %j',
    (pattern) => {
      expect(refusalOf(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['a(?i)', 'only at its start'],
    ['(?:(?i)a)', 'only at its start'],
    ['|(?i)', 'only at its start'],
    ['(?L)a', 'works on bytes only'],
    ['(?au)a', 'exclude each other'],
    ['(?a)(?u)a', 'exclude each other'],
    ['(?iz)a', '"z" stands where'],
    ['(?i', 'the pattern ends where'],
    ['(?i-', 'the pattern ends where'],
    ['(?-)', '")" stands where'],
    ['(?i-i:a)', 'switched on and off'],
    ['(?-a:a)', 'cannot be switched off'],
    ['(?t:a)', 'cannot be switched for a part'],
    ['(?-:a)', '":" stands where'],
  ])('refuses %j, as Python does', (pattern, message) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
  });
});
