import { describe, expect, it } from 'vitest';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../../core/intake/process-batch.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { memoryStores } from '../../support/stores.ts';
import { unwatched } from '../../support/unwatched.ts';

const NOW = 1_800_000_000;
const JAIL = plainJail({ maxretry: 3, findtime: 100, bantime: 600 });
const key = { id: '9.0.0.1', jail: JAIL.name };

/** A matcher whose clock the test sets. */
function matcher() {
  const stores = memoryStores();
  let now = NOW;
  const ports: IntakePorts = {
    ...stores,
    watch: unwatched,
    known: new KnownBans(),
    telemetry: { emit: () => undefined },
    clock: { now: () => now, sleep: async () => undefined },
  };
  async function deliver(at: number, ...seconds: readonly number[]) {
    now = at;
    const events = seconds.map((second) => ({
      id: `event ${second}`,
      timestampMs: second * 1000,
      message: 'no 9.0.0.1',
    }));
    await processBatch({ logGroup: '/log', logStream: 'host', events }, [matchingJail(JAIL)], ports);
    return await stores.bans.read(key);
  }
  return { deliver, attempts: async () => (await stores.attempts.read(key)).attempts };
}

const AHEAD = NOW + 7200;

describe('events of a server whose clock is two hours ahead', () => {
  it('make a ban that ends about bantime from now', async () => {
    const { deliver } = matcher();
    const ban = await deliver(NOW, AHEAD, AHEAD + 1, AHEAD + 2);
    expect(ban).toMatchObject({ state: 'active', bannedAt: NOW + 60, expiresAt: NOW + 660 });
  });

  it('count once each, however often and late they are delivered again', async () => {
    const { deliver } = matcher();
    for (const at of [NOW, NOW + 5, NOW + 30]) expect(await deliver(at, AHEAD, AHEAD + 1)).toBeUndefined();
    expect(await deliver(NOW + 40, AHEAD + 2)).toMatchObject({ bannedAt: NOW + 100, attempts: 3 });
  });

  it('keep their own time when they are ahead by a minute or less', async () => {
    const { deliver } = matcher();
    expect(await deliver(NOW, NOW + 58, NOW + 59, NOW + 60)).toMatchObject({ bannedAt: NOW + 60, attempts: 3 });
  });

  it('still hold few attempts when they are delivered again and again', async () => {
    const { deliver, attempts } = matcher();
    for (let i = 0; i < 200; i++) await deliver(NOW + i, AHEAD, AHEAD + 1);
    expect((await attempts()).length).toBeLessThanOrEqual(2 * JAIL.maxretry + 2);
  });
});
