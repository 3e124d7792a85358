import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NameAnswer } from '../../../core/ports/name-lookup.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { entryAfter } from '../../../core/protect/address-book.ts';
import { type AddressBookPorts, keepAddressBook } from '../../../core/protect/keep-address-book.ts';
import type { AddressBook, NameEntry } from '../../../core/records/address-book.ts';
import { memoryAddressBookStore } from '../../memory/memory-address-book-store.ts';

const NAMES = ['a.example.net', 'b.example.net'] as const;
const addresses = fc.subarray(['9.0.0.1', '9.0.0.2', '9.0.0.3', '2600::1']);
const answer: fc.Arbitrary<NameAnswer> = fc.record({
  addresses,
  failure: fc.constantFrom(undefined, undefined, 'ETIMEOUT'),
});

describe('the entry of a name', () => {
  it('holds whatever the last answer did, forgets nothing without a whole answer, and nothing within the hour', () => {
    const steps = fc.array(fc.tuple(fc.nat(3000), answer), { minLength: 1, maxLength: 20, size: 'max' });
    let forgotten = 0;
    fc.assert(
      fc.property(steps, (list) => {
        let now = 1_000_000;
        let entry: NameEntry | undefined;
        const seenAt = new Map<string, number>();
        for (const [gap, one] of list) {
          now += gap;
          const before = Object.keys(entry?.addresses ?? {});
          entry = entryAfter(entry, one, now);
          for (const address of one.addresses) seenAt.set(address, now);
          const after = Object.keys(entry.addresses);
          expect(after).toEqual(expect.arrayContaining([...one.addresses]));
          if (one.failure !== undefined) expect(after).toEqual(expect.arrayContaining(before));
          for (const [address, at] of seenAt) if (now - at < 3600) expect(after).toContain(address);
          for (const address of after)
            if (one.failure === undefined) expect(now - (seenAt.get(address) ?? 0)).toBeLessThan(3600);
          forgotten += before.filter((address) => !after.includes(address)).length;
        }
        const everAnswered = list.some(([, one]) => one.failure === undefined || one.addresses.length > 0);
        expect(entry?.answeredAt !== undefined).toBe(everAnswered);
      }),
      { numRuns: 250 },
    );
    expect(forgotten).toBeGreaterThan(100);
  });
});

/**
 * A world with configured answers of names and the account, and a store that may die at its write.
 */
function world() {
  const books = memoryAddressBookStore();
  const events: TelemetryEvent[] = [];
  const answers = new Map<string, NameAnswer>();
  let own: readonly string[] | Error = ['10.0.0.0/16'];
  let now = 1000;
  const ports: AddressBookPorts = {
    books,
    names: { lookUp: async (name) => answers.get(name) ?? { addresses: [], failure: 'ESERVFAIL' } },
    own: {
      async read() {
        if (own instanceof Error) throw own;
        return own;
      },
    },
    telemetry: { emit: (event) => events.push(event) },
    clock: { now: () => now, sleep: async () => undefined },
  };
  return {
    ports,
    books,
    events,
    answers,
    ownIs: (ranges: readonly string[] | Error) => {
      own = ranges;
    },
    at: (time: number) => {
      now = time;
    },
    keep: (through: Partial<AddressBookPorts> = {}, names: readonly string[] = NAMES) =>
      keepAddressBook({ names, own: true }, { ...ports, ...through }),
  };
}

describe('keepAddressBook', () => {
  it('writes nothing when nothing has changed', async () => {
    const { keep, books, at } = world();
    await keep();
    const first = await books.read();
    expect(first).toMatchObject({ version: 1, own: { ranges: ['10.0.0.0/16'], readAt: 1000 } });
    at(1100);
    await keep();
    expect(await books.read()).toBe(first);
  });

  it('forgets names that no jail has any more, and own addresses when no jail asks', async () => {
    const { keep, books, answers, ports } = world();
    for (const name of NAMES) answers.set(name, { addresses: ['9.0.0.1'], failure: undefined });
    await keep();
    await keep({}, ['b.example.net']);
    expect(Object.keys((await books.read())?.names ?? {})).toEqual(['b.example.net']);
    await keepAddressBook({ names: [], own: false }, ports);
    expect(await books.read()).toMatchObject({ own: { ranges: [] }, names: {} });
  });

  it('keeps each address once, in order', async () => {
    const { keep, books, ownIs } = world();
    ownIs(['44.0.0.2', '44.0.0.1', '44.0.0.2']);
    await keep();
    expect((await books.read())?.own.ranges).toEqual(['44.0.0.1', '44.0.0.2']);
  });

  it('comes to the truth with the next whole run, whichever run fails or dies before, or runs at once', async () => {
    const step = fc.record({
      gap: fc.integer({ min: 1, max: 700 }),
      a: answer,
      b: answer,
      own: fc.oneof(fc.subarray(['10.0.0.0/16', '44.0.0.1']), fc.constant(new Error('denied'))),
      twice: fc.boolean(),
      dies: fc.constantFrom(undefined, undefined, 'before', 'after'),
    });
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12, size: 'max' }), async (steps) => {
        const { keep, books, answers, ownIs, at } = world();
        let now = 1000;
        let last: AddressBook | undefined;
        for (const one of steps) {
          now += one.gap;
          at(now);
          answers.set('a.example.net', one.a);
          answers.set('b.example.net', one.b);
          ownIs(one.own);
          const dying: Partial<AddressBookPorts> = {
            books: {
              ...books,
              async write(book) {
                if (one.dies === 'after') await books.write(book);
                if (one.dies !== undefined) throw new Error('killed');
                return await books.write(book);
              },
            },
          };
          await Promise.all([keep(dying), one.twice ? keep() : undefined].map((run) => run?.catch(() => undefined)));
          const book = await books.read();
          // Nothing known is lost but by a whole answer.
          for (const name of NAMES) {
            const reply = name === 'a.example.net' ? one.a : one.b;
            if (reply.failure === undefined) continue;
            const before = Object.keys(last?.names[name]?.addresses ?? {});
            expect(Object.keys(book?.names[name]?.addresses ?? {})).toEqual(expect.arrayContaining(before));
            kept += before.length;
          }
          if (last !== undefined) expect(book?.version).toBeGreaterThanOrEqual(last.version);
          last = book;
        }
        at(now + 700);
        for (const name of NAMES) answers.set(name, { addresses: ['9.9.9.9'], failure: undefined });
        ownIs(['44.0.0.9']);
        await keep();
        const book = await books.read();
        expect(book?.own.ranges).toEqual(['44.0.0.9']);
        for (const name of NAMES) expect(Object.keys(book?.names[name]?.addresses ?? {})).toContain('9.9.9.9');
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(200);
  });
});
