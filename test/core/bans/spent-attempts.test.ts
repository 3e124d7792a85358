import { describe, expect, it } from 'vitest';
import { countAndBan } from '../../../core/bans/count-and-ban.ts';
import type { CountingRules } from '../../../core/bans/counting-rules.ts';
import { LARGEST_MAXRETRY } from '../../../core/config/jail.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import { type EvidenceLine, eventHash } from '../../../core/records/attempt.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';

const RULES: CountingRules = {
  maxretry: 5,
  findtime: 600,
  maxmatches: 20,
  banTime: () => 600,
  overalljails: false,
  dbpurgeage: 86_400,
  maxbans: 1000,
};
const START = 1_800_000_000;
const key = { id: '9.0.0.1', jail: 'sshd' };

/** Tries of one id at an even pace, each with the longest line there is. */
function flood(tries: number, seconds: number, from = START): readonly EvidenceLine[] {
  return Array.from({ length: tries }, (_, i) => {
    const time = from + Math.floor((i * seconds) / tries);
    return { time, event: eventHash(`${from} ${i}`), text: `${i} `.padEnd(500, '試') };
  });
}

function world(rules: Partial<CountingRules> = {}) {
  const bans = memoryBanStore();
  const attempts = memoryAttemptStore();
  const breakers = memoryBreakerStore();
  const ports = { attempts, bans, breakers, telemetry: { emit: () => undefined } };
  const count = async (tries: readonly EvidenceLine[], now: number) => {
    await countAndBan({ key, attempts: tries }, { jail: key.jail, rules: { ...RULES, ...rules }, now }, ports);
  };
  return { attempts, bans, breakers, count };
}

function* pieces<T>(list: readonly T[], size: number) {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

describe('the attempts of a jail that is held back', () => {
  it('fit in an item, however many come, and make the ban when the jail may ban again', async () => {
    const { attempts, bans, breakers, count } = world();
    await breakers.trip(key.jail, START);
    for (const piece of pieces(flood(25_000, 750), 200)) await count(piece, START);
    const held = await attempts.read(key);
    expect(held.attempts.length).toBeLessThanOrEqual(2025);
    expect(held.lines.length).toBeLessThanOrEqual(40);
    await breakers.reset(key.jail);
    await count(flood(50, 10, START + 760), START + 770);
    // The first window makes a ban that is over by now; the attempts after its end make one that is
    // not.
    expect(await bans.read(key)).toMatchObject({ state: 'active', attempts: 5, banCount: 2 });
    const late = ((await bans.read(key))?.bannedAt ?? 0) - (START + 601);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(9);
  });

  it('fit when fifty matchers add to them at once', async () => {
    const { attempts, breakers, count } = world();
    await breakers.trip(key.jail, START);
    await Promise.all([...pieces(flood(25_000, 1200), 500)].map((piece) => count(piece, START)));
    expect((await attempts.read(key)).attempts.length).toBeLessThanOrEqual(9500);
  });

  it('are made to fit where an earlier release filled the item', async () => {
    const { attempts, bans, count } = world();
    for (const piece of pieces(flood(18_000, 480), 1000)) await attempts.add(key, { attempts: piece, lines: [] }, 0);
    expect(await attempts.add(key, { attempts: flood(1000, 20, START + 480), lines: [] }, 0)).toBe('too-large');
    await count(flood(1000, 30, START + 500), START + 530);
    expect(await bans.read(key)).toMatchObject({ state: 'active', bannedAt: START });
  });

  it('fit at the largest maxretry', async () => {
    const { attempts, bans, count } = world({ maxretry: LARGEST_MAXRETRY, findtime: 3600, heldBack: 'name' });
    for (const piece of pieces(flood(40_000, 7200), 1000)) await count(piece, START);
    expect((await attempts.read(key)).attempts.length).toBeLessThanOrEqual(9500);
    expect(await bans.read(key)).toBeUndefined();
  });
});

describe('the largest maxretry', () => {
  it('makes its ban at the very attempt that fills the window', async () => {
    const { bans, count } = world({ maxretry: LARGEST_MAXRETRY, findtime: 3600 });
    const tries = flood(LARGEST_MAXRETRY, 3599);
    for (const piece of pieces(tries.slice(0, -1), 700)) await count(piece, START);
    expect(await bans.read(key)).toBeUndefined();
    await count(tries.slice(-1), START + 3599);
    expect(await bans.read(key)).toMatchObject({ state: 'active', bannedAt: tries.at(-1)?.time });
  });
});
