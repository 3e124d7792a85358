import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_EVENTS, subscriptionPattern } from '../../infra/subscription-pattern.ts';
import { keptOutBy, termsOf } from '../support/pattern-readings.ts';
import { testMatch } from './test-stack.ts';

const asking = (...terms: string[]) => testMatch(terms);

describe('subscriptionPattern', () => {
  it.each([
    ['one term', [asking('authentication failure')], '"authentication failure"'],
    ['several', [asking('beta', 'alpha')], '?"alpha" ?"beta"'],
    ['several jails', [asking('beta'), asking('alpha', 'beta')], '?"alpha" ?"beta"'],
    ['a term another one implies', [asking('invalid user from'), asking('user')], '"user"'],
    ['no implication across a part of a word', [asking('users', 'user')], '?"user" ?"users"'],
    ['no implication across a mark that may belong to the word', [asking('user:', 'user')], '?"user" ?"user:"'],
  ])('%s', (_name, matches, pattern) => {
    expect(subscriptionPattern(matches)).toBe(pattern);
  });

  it.each([
    ['no jail', []],
    ['a jail that requires no words', [asking('alpha'), testMatch()]],
    ['more than 1,024 characters', [asking(...Array.from({ length: 90 }, (_, i) => `word number ${i}`))]],
  ])('lets everything through for %s', (_name, matches) => {
    expect(subscriptionPattern(matches)).toBe(ALL_EVENTS);
  });

  it('fits exactly 1,024 characters and not one more', () => {
    const fitting = `a${'x'.repeat(1021)}`;
    expect(subscriptionPattern([asking(fitting)])).toHaveLength(1024);
    expect(subscriptionPattern([asking(`${fitting}x`)])).toBe(ALL_EVENTS);
  });

  it('keeps out no line that has a term of one of the jails, read in any way', () => {
    const word = fc.constantFrom('user', 'users', 'Failed', 'for', 'user:', 'not', 'pre-auth');
    const term = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    const some = { minLength: 1, maxLength: 5, size: 'max' } as const;
    let spared = 0;
    fc.assert(
      fc.property(fc.array(term, some), fc.array(term, some), term, term, (one, other, left, right) => {
        const terms = termsOf(subscriptionPattern([asking(...one), asking(...other)]));
        spared += new Set([...one, ...other]).size - terms.length;
        for (const held of [...one, ...other]) expect(keptOutBy(terms, `${left} [${held}] ${right}`)).toEqual([]);
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(spared).toBeGreaterThan(100);
  });
});
