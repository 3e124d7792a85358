import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';

const T = 1_795_000_000;

const attempt = (at: number): LogEvent => ({ id: `${at}`, timestampMs: at * 1000, message: 'no 9.0.0.1' });

describe('how long matching takes', () => {
  it("is measured from the events' own times until all was counted", async () => {
    const made = intakeSystem([plainJail({ maxretry: 5 })]);
    await made.feed([attempt(T), attempt(T + 1.5), attempt(T + 2)], {}, 3);
    const [matched] = made.told.filter((event) => event.kind === 'batch-matched');
    expect(matched?.took).toEqual({ seconds: [3, 3.5, 5], late: 0 });
  });

  it('leaves out events that came late', async () => {
    const made = intakeSystem([plainJail({ maxretry: 5 })]);
    await made.feed([attempt(T - 3600), attempt(T)], {}, 2);
    const [matched] = made.told.filter((event) => event.kind === 'batch-matched');
    expect(matched?.took).toEqual({ seconds: [2], late: 1 });
  });

  it('is on record of a ban by the clock as it then stands, not as it stood when the batch came', async () => {
    const made = intakeSystem([plainJail({ maxretry: 2, bantime: 600 })]);
    let now = T + 10;
    const clock = { now: () => now, sleep: async () => undefined };
    const { attempts } = made.ports;
    const slow: typeof attempts = {
      ...attempts,
      async add(...args) {
        now += 4;
        return await attempts.add(...args);
      },
    };
    await made.feed([attempt(T), attempt(T + 1)], { clock, attempts: slow });
    const [ban] = made.told.flatMap((event) => (event.kind === 'ban-made' ? [event.ban] : []));
    expect(ban).toMatchObject({ bannedAt: T + 1, madeAt: T + 14 });
  });
});
