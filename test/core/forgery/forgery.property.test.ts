import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findForgery } from '../../../core/forgery/forgery.ts';
import { createLineMatcher } from '../../../core/match/line-matcher.ts';
import { oneJail } from '../../cli/check/one-jail.ts';

const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('.*', '.*?', '.+', '.+?', '[^:]*', '[^"]*?', '(?:(?! from ).)*') },
  { weight: 2, arbitrary: fc.constantFrom('\\S+', '\\d+', '\\w*', '[^ ]+', '(?:user|name)', '(?: port \\d+)?') },
  { weight: 3, arbitrary: fc.constantFrom(' from ', ' by ', 'user ', ': ', '=', ' ', '\\s+') },
);
const parts = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(part, { maxLength, size: 'max' }).map((some) => some.join(''));

/** A failregex of common constructs, most of them with a wildcard before the address. */
const failregex = fc
  .tuple(
    fc.constantFrom('^\\s*gate: ', '^gate: ', 'gate: '),
    parts(4),
    fc.constantFrom(' from ', ' rhost=', '\\['),
    fc.constantFrom('<HOST>', '<ADDR>', '<IP4>'),
    parts(3),
    fc.constantFrom('$', '', '\\s*$'),
  )
  .map((all) => all.join(''));

const prefregex = fc.constantFrom(
  '',
  'prefregex = ^\\s*<F-CONTENT>.+</F-CONTENT>$\n',
  'prefregex = ^.*?<F-CONTENT>gate.+</F-CONTENT>$\n',
);

describe('a forgery', () => {
  it('is a line about one address that the matcher answers with another', () => {
    let seen = 0;
    fc.assert(
      fc.property(failregex, prefregex, (regex, prefix) => {
        const jail = oneJail(`${prefix}failregex = ${regex}`);
        const forgery = jail.failregex[0] && findForgery(jail, jail.failregex[0]);
        if (!forgery) return;
        seen++;
        const { kind, line, chosen, truth, victim } = forgery;
        const feed = (text: string): readonly string[] =>
          createLineMatcher(jail.match, { clock: 'event' })
            .feed({ text, eventTime: 1_763_806_530, eventId: '' })
            .map(({ id }) => id);
        expect(feed(line)).toEqual([victim]);
        expect(victim).not.toBe(truth);
        if (kind === 'eaten' || kind === 'beside') return;
        expect(line.split(victim)).toHaveLength(2);
        expect(chosen).toContain(victim);
        expect(chosen).not.toContain(truth);
        // What the program itself writes, with something harmless in that place, holds the one true
        // address.
        expect(line.replace(chosen, '')).toContain(truth);
        expect(line.replace(chosen, '')).not.toContain(victim);
      }),
      { numRuns: 100, seed: 7 },
    );
    expect(seen).toBeGreaterThan(30);
  });
});
