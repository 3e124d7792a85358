import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shippedFilter } from '../filters/shipped-filter.ts';
import { DAEMON_MESSAGES } from './daemon-messages.ts';
import { ATTACKER, honestLine } from './forged-lines.ts';
import { judgeForgeries } from './judge-forgeries.ts';

/** One line of so many: the whole is `npx tsx test/attacks/forgery-run.ts`. */
const STRIDE = 97;

it('has messages for every shipped filter', () => {
  const shipped = readdirSync(new URL('../../filters/filter.d/', import.meta.url)).flatMap(
    (file) => /^(.*?)\.conf$/.exec(file)?.[1] ?? [],
  );
  const filters = shipped.filter((name) => !/(?:^|-)common$/.test(name));
  expect(DAEMON_MESSAGES.map(({ filter }) => filter).sort()).toEqual(filters.sort());
});

describe.each(DAEMON_MESSAGES)('a stranger who writes what the $filter filter looks for', (messages) => {
  it('has nobody else banned', () => {
    expect(judgeForgeries(messages, STRIDE).banned.slice(0, 3)).toEqual([]);
  });

  it('is counted with most harmless words', () => {
    const filters = messages.variants.map((args) => shippedFilter(messages.filter, args));
    const ids = messages.messages.flatMap((message) =>
      filters.flatMap((filter) => filter.feed(honestLine(message)).map(({ id }) => id)),
    );
    expect(new Set(ids)).toEqual(new Set([ATTACKER]));
  });
});
