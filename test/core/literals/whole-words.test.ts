import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsWhole, wholePhrases, withoutImplied } from '../../../core/literals/whole-words.ts';
import { keptOutBy } from '../../support/pattern-readings.ts';

const whole = (text: string) => ({ from: 0, to: text.length, wordBegins: false, wordEnds: false });
const phrasesOf = (text: string, stretch = whole(text)) =>
  wholePhrases(text, stretch).map(({ from, to }) => text.slice(from, to));

describe('the whole phrases of a literal', () => {
  it.each<[literal: string, phrases: string[]]>([
    ['ailed password for ', ['password', 'password for', 'for']],
    ['ailed password for', ['password']],
    [' [preauth]', ['preauth']],
    ['user=', []],
    [' user=', ['user']],
    ['_unix(sshd:auth): ', ['sshd:auth']],
    ['100% of disk ', ['of', 'of disk', 'disk']],
    [' of 100% disk ', ['of', 'disk']],
    ['pre-auth failed-', []],
    [' pre-auth failed. ', ['pre-auth', 'pre-auth failed.', 'failed.']],
    [' - failed - ', ['failed']],
    [' a - b ', ['a', 'a - b', 'b']],
    ['\nfailed at\nlast\n', ['failed', 'failed at', 'at', 'last']],
    [' say "hello there" twice ', ['say', 'hello', 'hello there', 'there', 'twice']],
    ['', []],
  ])('%j: %j', (literal, phrases) => {
    expect(phrasesOf(literal)).toEqual(phrases);
  });

  it('of a stretch are those that lie in it, and at its ends only where a word is known to begin or end', () => {
    const text = 'one two three';
    const middle = { from: 4, to: 7 };
    expect(phrasesOf(text, { ...middle, wordBegins: false, wordEnds: false })).toEqual([]);
    expect(phrasesOf(text, { ...middle, wordBegins: true, wordEnds: false })).toEqual([]);
    expect(phrasesOf(text, { ...middle, wordBegins: true, wordEnds: true })).toEqual(['two']);
    expect(phrasesOf(text, { from: 3, to: 8, wordBegins: false, wordEnds: false })).toEqual(['two']);
  });

  it('are no longer than six words', () => {
    expect(phrasesOf(' a b c d e f g h ').map((phrase) => phrase.split(' ').length)).toContain(6);
    expect(phrasesOf(' a b c d e f g h ').every((phrase) => phrase.split(' ').length <= 6)).toBe(true);
  });

  const anything = fc.string({
    unit: fc.constantFrom('a', 'B', '7', '_', ' ', '-', '[', '"', '%', '\\', 'é', '\t', ':', '='),
    maxLength: 24,
    size: 'max',
  });

  it('are in every line that holds the literal, as a text and as whole words, and need no escaping in quotes', () => {
    let seen = 0;
    fc.assert(
      fc.property(anything, anything, anything, (before, literal, after) => {
        for (const phrase of phrasesOf(literal)) {
          seen++;
          expect([literal, phrase, keptOutBy([phrase], before + literal + after)]).toEqual([literal, phrase, []]);
          expect(phrase).toMatch(/[A-Za-z0-9]/);
          expect(phrase).not.toMatch(/^\s|\s$|["%\\]/);
        }
      }),
      { seed: 7, numRuns: 3000 },
    );
    expect(seen).toBeGreaterThan(2000);
  });
});

describe('terms', () => {
  it('hold another whole between separators only', () => {
    expect(holdsWhole('invalid user from', 'user')).toBe(true);
    expect(holdsWhole('(user) from', 'user')).toBe(true);
    expect(holdsWhole('invalid users user', 'user')).toBe(true);
    expect(holdsWhole('invalid users', 'user')).toBe(false);
    expect(holdsWhole('user:', 'user')).toBe(false);
  });

  it('that hold another whole are left out, and the rest comes in order', () => {
    expect(withoutImplied(['b', 'a user', 'user', 'b', 'users'])).toEqual(['b', 'user', 'users']);
  });
});
