import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bansOver } from '../../../cli/deployed/find-bans.ts';
import type { DeployedStack } from '../../../cli/deployed/stack-access.ts';
import { typedId } from '../../../cli/deployed/typed-id.ts';
import { bansAround, unbanIds } from '../../../cli/deployed/unban-ids.ts';
import { banByHand } from '../../../core/bans/by-hand.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { ActiveBan } from '../../../core/ports/ban-store.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { memoryBackfillStore } from '../../memory/memory-backfill-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryConfirmationStore } from '../../memory/memory-confirmation-store.ts';
import { memoryLeakStore } from '../../memory/memory-leak-store.ts';

const PREFIXES = { ipv4prefix: 32, ipv6prefix: 64 };
const JAILS = ['gate', 'hall'];
const NOW = 1_000_000;

/** Addresses and ranges so near to each other that they often meet. */
const id = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('', '/31', '/30', '/32')).map(([n, p]) => `8.8.8.${n}${p}`),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('', '/128', '/127', '/64', '/48'))
    .map(([n, p]) => `2600::${n}${p}`),
);
const ban = fc.tuple(id, fc.constantFrom(...JAILS));

/**
 * The last address and the first one of an id, as numbers; the definition, by another way than the
 * code's.
 */
function span(text: string): readonly [family: number, first: bigint, last: bigint] {
  const [address = '', prefix] = text.split('/');
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 4 ? 32 : 128;
  const n = family === 4 ? Number(address.split('.').at(-1)) : Number(address.split('::')[1] || '0');
  const size = 1n << BigInt(bits - Number(prefix ?? bits));
  const first = (BigInt(n) / size) * size;
  return [family, first, first + size - 1n];
}

function isInside(inner: string, outer: string): boolean {
  const [[family, first, last], [family2, first2, last2]] = [span(inner), span(outer)];
  return family === family2 && first2 <= first && last <= last2;
}

async function readAll(stack: DeployedStack): Promise<ActiveBan[]> {
  const bans: ActiveBan[] = [];
  for await (const page of stack.bans.active()) bans.push(...page);
  return bans;
}

it('lifts what is meant, leaves what is not, and knows what still holds an address', async () => {
  const seen = { lifted: 0, left: 0, around: 0, counted: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(ban, { minLength: 3, maxLength: 12, size: 'max' }),
      id,
      fc.option(fc.constantFrom(...JAILS), { nil: undefined }),
      async (bans, word, jail) => {
        const store = memoryBanStore();
        const stack: DeployedStack = {
          name: 's',
          region: 'r',
          clock: virtualClock(NOW),
          bans: store,
          breakers: memoryBreakerStore(),
          confirmations: memoryConfirmationStore(),
          backfills: memoryBackfillStore(),
          leaks: memoryLeakStore(),
          subscriptions: { read: async () => undefined },
        };
        for (const [one, name] of bans) {
          await banByHand(one, name, 600, { bans: store, telemetry: { emit() {} } }, NOW);
        }
        const before = await readAll(stack);
        const typed = typedId(word);
        const active = before.filter((one) => jail === undefined || one.jail === jail);
        const told: string[] = [];
        await unbanIds({ ids: [typed], jail, prefixes: [PREFIXES], active, now: NOW + 1 }, stack, (_, lifted) => {
          told.push(...lifted.map((one) => `${one.jail} ${one.id}`));
        });
        const after = await readAll(stack);

        const meant = (one: ActiveBan): boolean => {
          if (jail !== undefined && one.jail !== jail) return false;
          if (word.includes('/')) return isInside(one.id, word);
          return one.id === typed.id || (word.includes(':') && one.id === '2600::/64');
        };
        const names = (some: readonly ActiveBan[]) => some.map((one) => `${one.jail} ${one.id}`).sort();
        expect(told.sort()).toEqual(names(before.filter(meant)));
        expect(names(after)).toEqual(names(before.filter((one) => !meant(one))));

        const left = after.filter((one) => jail === undefined || one.jail === jail);
        const around = left.filter((one) => one.id !== typed.id && isInside(word, one.id));
        expect(names(bansAround(typed, left))).toEqual(names(around));
        const over = await bansOver(typed, [PREFIXES], after, stack);
        const holding = after.filter((one) => isInside(word, one.id));
        expect(names(over)).toEqual(names(holding));

        seen.lifted += told.length;
        seen.left += after.length;
        seen.around += around.length;
        if (!word.includes('/') && told.some((text) => text.endsWith('2600::/64'))) seen.counted += 1;
      },
    ),
    { numRuns: 1500, seed: 7 },
  );
  expect(seen.lifted).toBeGreaterThan(300);
  expect(seen.left).toBeGreaterThan(500);
  expect(seen.around).toBeGreaterThan(100);
  expect(seen.counted).toBeGreaterThan(20);
});
