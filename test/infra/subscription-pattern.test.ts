import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_EVENTS, subscriptionPattern, wholeWords } from '../../infra/subscription-pattern.ts';
import { testMatch } from './test-stack.ts';

const exact = (...texts: string[]) => testMatch(texts.map((text) => ({ text, ignoreCase: false })));

describe('subscriptionPattern', () => {
  it.each([
    ['one literal', [exact(' authentication failure ')], '"authentication failure"'],
    ['several', [exact(' beta ', ' alpha ')], '?"alpha" ?"beta"'],
    ['several jails', [exact(' beta '), exact(' alpha ', ' beta ')], '?"alpha" ?"beta"'],
    ['a term another one implies', [exact(' invalid user from ', ' user ')], '"user"'],
    ['no implication across a part of a word', [exact(' users ', ' user ')], '?"user" ?"users"'],
  ])('%s', (_name, matches, pattern) => {
    expect(subscriptionPattern(matches)).toBe(pattern);
  });

  it.each([
    ['no jail', []],
    ['a jail without literals', [exact(' alpha '), exact()]],
    ['a literal that ignores case', [testMatch([{ text: ' alpha ', ignoreCase: true }])]],
    ['a literal without a whole word', [exact(' alpha ', 'ssh')]],
    ['punctuation alone', [exact(': [] ')]],
    ['more than 1,024 characters', [exact(...Array.from({ length: 90 }, (_, i) => ` word number ${i} `))]],
  ])('lets everything through for %s', (_name, matches) => {
    expect(subscriptionPattern(matches)).toBe(ALL_EVENTS);
  });

  it('fits exactly 1,024 characters and not one more', () => {
    const fitting = `a${'x'.repeat(1021)}`;
    expect(subscriptionPattern([exact(` ${fitting} `)])).toHaveLength(1024);
    expect(subscriptionPattern([exact(` ${fitting}x `)])).toBe(ALL_EVENTS);
  });
});

describe('wholeWords', () => {
  it.each([
    ['ailed password for ', 'password for'],
    ['ailed password for', 'password'],
    [' [preauth]', 'preauth'],
    ['user=', undefined],
    [' user=', 'user'],
    ['_unix(sshd:auth): ', 'sshd:auth'],
    ['say "hello there" twice', 'hello there'],
    ['100% of disk full ', 'of disk full'],
    ['naïve user input ', 'user input'],
    [' Zugriff überall verweigert ', 'verweigert'],
    ['tab\tseparated words\t', 'separated words'],
    ['back\\slash here ', 'here'],
    ['pre-auth failed-', undefined],
    [' pre-auth failed. ', 'pre-auth failed.'],
    [' - : failed - ', 'failed'],
    ['', undefined],
  ])('%j → %j', (literal, term) => {
    expect(wholeWords(literal)).toBe(term);
  });

  const anything = fc.string({
    unit: fc.constantFrom('a', 'B', '7', '_', ' ', '-', '[', '"', '%', '\\', 'é', '\t', ':'),
    maxLength: 24,
  });

  it('is found in every line that holds the literal, as a text and as whole words', () => {
    fc.assert(
      fc.property(anything, anything, anything, (before, literal, after) => {
        const term = wholeWords(literal);
        if (term === undefined) return;
        const line = before + literal + after;
        expect(line).toContain(term);
        for (const word of [/[^\s()[\]{}<>",;=]+/g, /[A-Za-z0-9]+/g, /\w+/g]) {
          const words = (text: string) => ` ${(text.match(word) ?? []).join(' ')} `;
          expect(words(line)).toContain(words(term));
        }
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('needs no escaping inside quotes', () => {
    fc.assert(
      fc.property(anything, (literal) => {
        expect(wholeWords(literal) ?? 'a').toMatch(/^[\x20-\x7e]*[A-Za-z0-9][\x20-\x7e]*$/);
        expect(wholeWords(literal) ?? '').not.toMatch(/["\\%]/);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
