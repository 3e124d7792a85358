import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JailCounter } from '../../../cli/replay/jail-counter.ts';
import { ReplayBans } from '../../../cli/replay/replay-bans.ts';
import { banId } from '../../../core/bans/ban-id.ts';
import { countAndBan } from '../../../core/bans/count-and-ban.ts';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import { compileJails } from '../../../core/compile/compile-jails.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { Ban } from '../../../core/records/ban.ts';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { textConfig } from '../../core/match/text-config.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';

function jailWith(options: string): CompiledJail {
  const { compiled } = compileJails(
    textConfig({
      'jail.local': `[gate]\nenabled = true\nfilter = gate\nloggroup = /gate\nmaxretry = 3\nfindtime = 10\nbantime = 15\n${options}`,
      'filter.d/gate.conf': '[Definition]\nfailregex = ^ refused <HOST>$',
    }),
  );
  const [jail] = compiled.jails;
  if (!jail) throw new Error('the jail does not compile');
  return jail;
}

const JAILS: Readonly<Record<string, CompiledJail>> = {
  plain: jailWith(''),
  'one attempt': jailWith('maxretry = 1'),
  permanent: jailWith('bantime = -1'),
  'longer each time': jailWith('bantime.increment = true\nbantime.rndtime = 7'),
  'ignored address': jailWith('ignoreip = 8.8.8.8'),
};

interface Attempt {
  readonly id: string;
  readonly time: number;
}

const brief = ({ id, bannedAt, expiresAt, attempts, banCount }: Ban) => ({
  id,
  bannedAt,
  expiresAt,
  attempts,
  banCount,
});

async function byCounter(jail: CompiledJail, attempts: readonly Attempt[]): Promise<readonly object[]> {
  const bans: object[] = [];
  const counter = new JailCounter(jail, new ReplayBans(), (ban) => bans.push(brief(ban)));
  for (const { id, time } of attempts) {
    await counter.count({ id, kind: 'address', time });
    counter.forget(time);
  }
  return bans;
}

/** What the product makes of the same attempts, one at a time. */
async function byTables(jail: CompiledJail, attempts: readonly Attempt[]): Promise<readonly object[]> {
  const bans: object[] = [];
  const { rules, exempt } = matchingJail(jail);
  const ports = {
    attempts: memoryAttemptStore(),
    bans: memoryBanStore(),
    breakers: memoryBreakerStore(),
    telemetry: {
      emit: (event: { readonly kind: string; readonly ban?: Ban }) => {
        if (event.kind === 'ban-made' && event.ban) bans.push(brief(event.ban));
      },
    },
  };
  const counting = { jail: jail.name, rules, now: 0, known: new KnownBans() };
  for (const [index, { id, time }] of attempts.entries()) {
    const key = { id: banId(id, jail), jail: jail.name };
    if (exempt(key.id) !== undefined) continue;
    await countAndBan({ key, attempts: [{ time, event: `e${index}`, text: '' }] }, counting, ports);
  }
  return bans;
}

const ids = fc.constantFrom('8.8.8.8', '1.1.1.1', '2606:4700::1', '2606:4700::2', '10.0.0.1');

describe('JailCounter', () => {
  it.each(Object.entries(JAILS))('makes the bans that the product makes: %s', async (_, jail) => {
    const steps = fc.array(fc.tuple(ids, fc.integer({ min: -9, max: 8 })), { maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, async (walk) => {
        let clock = 1_700_000_000;
        const attempts = walk.map(([id, step]) => {
          // Out of order, but late by less than findtime.
          const time = clock + step;
          clock = Math.max(clock, time);
          return { id, time };
        });
        expect(await byCounter(jail, attempts)).toEqual(await byTables(jail, attempts));
      }),
      { numRuns: 200 },
    );
  });

  it('reports what led nowhere', async () => {
    const counter = new JailCounter(JAILS['ignored address'] as CompiledJail, new ReplayBans(), () => undefined);
    for (const [id, time] of [
      ['8.8.8.8', 1],
      ['10.0.0.1', 1],
      ['10.0.0.2', 1],
      ['1.1.1.1', 1],
      ['1.1.1.1', 2],
      ['1.1.1.1', 3],
      ['1.1.1.1', 18],
    ] as const) {
      await counter.count({ id, kind: 'address', time });
    }
    expect(counter.uncounted().whileBanned).toBe(1);
    expect([...counter.uncounted().ignored]).toEqual([
      ['ignoreip 8.8.8.8', 1],
      ['private use (10.0.0.0/8)', 2],
    ]);
  });
});
