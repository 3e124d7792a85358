import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJails } from '../../../core/compile/compile-jails.ts';
import { ALL_EVENTS, subscriptionPattern } from '../../../core/literals/subscription-pattern.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { authLog } from '../../bench/auth-log.ts';
import { testMatch } from '../../infra/test-stack.ts';
import { keptOutBy, termsOf } from '../../support/pattern-readings.ts';

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

describe('the jails we ship', () => {
  const files = configDirectory();
  const names = [...(files.read('jail.conf') ?? '').matchAll(/^\[([a-z][\w-]*)\]/gm)].map(([, name]) => name);

  /** All of them enabled, in one mode. */
  function shipped(mode: string) {
    const local = ['[DEFAULT]', `mode = ${mode}`, ...names.flatMap((name) => [`[${name}]`, 'enabled = true'])].join(
      '\n',
    );
    return compileJails({ ...files, read: (path) => (path === 'jail.local' ? local : files.read(path)) }).compiled
      .jails;
  }

  it.each(['normal', 'aggressive'])('have a pattern for every log group, in mode %s', (mode) => {
    const jails = shipped(mode);
    const groups = [...new Set(jails.flatMap(({ loggroups }) => loggroups))];
    const open = groups.filter((group) => {
      const readers = jails.filter(({ loggroups }) => loggroups.includes(group));
      return subscriptionPattern(readers.map(({ match }) => match)) === ALL_EVENTS;
    });
    expect(open).toEqual([]);
    expect(groups.length).toBeGreaterThan(10);
    expect(jails.length).toBe(names.length);
  });

  it("keep an auth log's ordinary lines from the sshd jail, and none of its failures", () => {
    const match = shipped('normal').find(({ name }) => name === 'sshd')?.match;
    const terms = termsOf(subscriptionPattern(match ? [match] : []));
    const lines = [...authLog(2000, 10)].map(({ text }, index) => ({ attack: index % 10 === 0, text }));
    const through = lines.filter(({ text }) => terms.some((term) => text.includes(term)));
    expect(through).toEqual(lines.filter(({ attack }) => attack));
    expect(through.flatMap(({ text }) => keptOutBy(terms, text))).toEqual([]);
  });
});
