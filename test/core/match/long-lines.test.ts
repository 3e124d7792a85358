import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../core/match/evaluate.ts';
import { createFileMatcher } from '../../../core/match/file-matcher.ts';
import { createLineMatcher } from '../../../core/match/line-matcher.ts';
import { LONGEST_LINE } from '../../../core/match/longest-line.ts';
import { compileDefinition } from './text-config.ts';

const T = Date.UTC(2026, 10, 18, 20, 26, 40) / 1000;
const ATTACKER = '198.51.100.7';
const VICTIM = '203.0.113.9';
const date = '2026-11-18T20:26:40Z ';
const begin = 'host webmin[77]: Invalid login as ';

/** One whose end is `$`, one whose end is a suffix, one whose address ends the match. */
const FILTERS = {
  'an end': '^\\s*host webmin\\[\\d+\\]: Invalid login as .+ from <ADDR>$',
  'an end of the text': '^\\s*host webmin\\[\\d+\\]: Invalid login as .+ from <ADDR>\\s*\\Z',
  'an address': '^\\s*host webmin\\[\\d+\\]: Invalid login as .+ from <ADDR>',
};

/** What each of the three matchers finds on a line. */
function foundBy(failregex: string, text: string) {
  const match = compileDefinition(`failregex = ${failregex}`);
  const line = { text, eventTime: T, eventId: 'e' };
  const live = createLineMatcher(match, { clock: 'event' }).feed(line);
  const replayed = createFileMatcher(match, T).feed(text, []);
  const tested = createEvaluator(match, T).evaluate(text).found;
  return [
    live.map(({ id }) => id),
    replayed ? [replayed.id] : [],
    tested.flatMap(({ groups }) => groups['ip4'] ?? []),
  ] as const;
}
const byAll = (...ids: readonly string[]) => [ids, ids, ids];

describe.each(Object.entries(FILTERS))('a long line, for a filter that ends at %s', (_, failregex) => {
  it.each([16_384, LONGEST_LINE])('that holds a forged end at %i characters bans its writer alone', (at) => {
    const forged = ` from ${VICTIM}`;
    const filler = 'a'.repeat(at - date.length - begin.length - forged.length);
    const text = `${date}${begin}${filler}${forged}${'b'.repeat(5000)} from ${ATTACKER}`;
    expect(foundBy(failregex, text)).toEqual(text.length > LONGEST_LINE ? byAll() : byAll(ATTACKER));
  });

  it.each([16_384, LONGEST_LINE])('with an address across %i characters never bans a part of it', (at) => {
    const filler = 'a'.repeat(at - date.length - begin.length - ' from 198.51.100.12'.length);
    const text = `${date}${begin}${filler} from 198.51.100.123`;
    expect(foundBy(failregex, text)).toEqual(text.length > LONGEST_LINE ? byAll() : byAll('198.51.100.123'));
  });

  it('whose address stands at the end of 20,000 characters bans it', () => {
    const text = `${date}${begin}${'a'.repeat(20_000)} from ${ATTACKER}`;
    expect(foundBy(failregex, text)).toEqual(byAll(ATTACKER));
  });

  it.each([
    ['fits', 0, byAll(ATTACKER)],
    ['is one too long', 1, byAll()],
  ])('that %s is matched whole, or not at all', (_what, more, found) => {
    const rest = LONGEST_LINE - date.length - begin.length - ` from ${ATTACKER}`.length + more;
    expect(foundBy(failregex, `${date}${begin}${'a'.repeat(rest)} from ${ATTACKER}`)).toEqual(found);
  });
});
