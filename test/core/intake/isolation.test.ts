import { describe, expect, it } from 'vitest';
import type { IntakePorts } from '../../../core/intake/process-batch.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { CONNECTIONS } from '../../support/stateful-jail.ts';

const T = 1_795_000_000;
const IDS = Array.from({ length: 40 }, (_, i) => `9.0.0.${i + 1}`);
const events = [1, 2, 3].flatMap((n) =>
  IDS.flatMap((id, i) => [
    { id: `${id} ${n}`, timestampMs: (T + n) * 1000, message: `no ${id}` },
    { id: `c${id} ${n}`, timestampMs: (T + n) * 1000, message: `conn${n}${i}: wrong ann from ${id}` },
  ]),
);
const system = () =>
  intakeSystem([
    plainJail({ name: 'first', maxretry: 3 }),
    plainJail({ name: 'connections', match: CONNECTIONS, maxretry: 3 }),
    plainJail({ name: 'last', maxretry: 3 }),
    plainJail({ name: 'recidive', recidive: true, maxretry: 1, loggroups: [] }),
  ]);

/** Stores that fail for some ids or jails, as an item that is too large or can't be read does. */
function poisoned({ attempts, sessions }: IntakePorts, bad: (jail: string, id?: string) => boolean) {
  return {
    attempts: {
      ...attempts,
      add: async (...[key, added, keepUntil]: Parameters<typeof attempts.add>) => {
        if (bad(key.jail, key.id)) throw new Error(`poisoned: ${key.jail} ${key.id}`);
        return await attempts.add(key, added, keepUntil);
      },
    },
    sessions: {
      ...sessions,
      read: async (key: Parameters<typeof sessions.read>[0]) => {
        if (bad(key.jail)) throw new Error(`poisoned: ${key.jail}`);
        return await sessions.read(key);
      },
    },
  };
}

describe('a delivery of which a part can not be counted', () => {
  it.each([
    ['one id in one jail', (jail: string, id?: string) => jail === 'first' && id === IDS[0], 4 * 40 - 1, 1],
    ['one id everywhere', (_: string, id?: string) => id === IDS[3], 4 * 39, 3],
    ['a jail', (jail: string, id?: string) => jail === 'first' && id !== undefined, 3 * 40, 40],
    ['a session', (jail: string, id?: string) => jail === 'connections' && id === undefined, 3 * 40, 1],
  ])('counts the others, and fails: %s', async (_what, bad, bans, failures) => {
    const whole = system();
    await whole.feed(events);
    expect(whole.bans()).toHaveLength(4 * 40);
    const made = system();
    const failed = made.feed(events, poisoned(made.ports, bad));
    if (failures > 1) await expect(failed).rejects.toHaveProperty('errors.length', failures);
    else await expect(failed).rejects.toThrow(/^poisoned: /);
    expect(made.bans()).toHaveLength(bans);
    // Lambda repeats it, and it comes to what it would have come to at once.
    await made.feed(events);
    expect(made.bans()).toEqual(whole.bans());
    // Which jail's ban comes first to recidive is all the same; those after its own ban are not
    // kept.
    const ofLogs = (all: readonly string[]) => all.filter((one) => !one.startsWith('recidive'));
    expect(ofLogs(made.attempts())).toEqual(ofLogs(whole.attempts()));
  });

  it('loses no place of the breaker to bans that could not be written', async () => {
    const made = intakeSystem([plainJail({ name: 'first', maxretry: 3, maxbans: 45 })]);
    let refused = 0;
    const write: IntakePorts['bans']['write'] = async (ban) => {
      if (refused++ < 20) throw new Error('throttled');
      return await made.ports.bans.write(ban);
    };
    await expect(made.feed(events, { bans: { ...made.ports.bans, write } })).rejects.toThrow('throttled');
    expect(made.bans()).toHaveLength(20);
    expect(made.told.filter(({ kind }) => kind === 'ban-held-back')).toEqual([]);
    expect(await made.ports.breakers.counted('first', Math.floor((T + 3) / 60))).toBe(20);
  });
});
