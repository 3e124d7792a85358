import { describe, expect, it } from 'vitest';
import { liftDueBans } from '../../../core/bans/expire.ts';
import { banned } from '../../../core/bans/transitions.ts';
import { memoryBanStore } from '../../../core/memory/memory-ban-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';

async function withBans(bantimes: readonly number[]) {
  const bans = memoryBanStore();
  for (const [i, bantime] of bantimes.entries()) {
    const key = { id: `9.0.0.${i}`, jail: 'sshd' };
    const request = {
      bannedAt: 1000,
      bantime,
      attempts: 5,
      origin: 'jail',
      evidence: [],
      earlier: 0,
      keptFor: 0,
    } as const;
    const transition = banned(key, undefined, request, 1000);
    await bans.write(transition.ban);
  }
  const events: TelemetryEvent[] = [];
  let now = 1000;
  const clock = { now: () => now, sleep: async () => undefined };
  const ports = { bans, clock, telemetry: { emit: (event: TelemetryEvent) => events.push(event) } };
  const at = (time: number) => {
    now = time;
  };
  return { ports, bans, events, at };
}

describe('liftDueBans', () => {
  it('lifts what is over, nothing early, permanent bans never', async () => {
    const { ports, bans, events, at } = await withBans([600, 601, -1]);
    at(1600);
    expect(await liftDueBans(ports, 9e9)).toMatchObject({ lifted: 0 });
    at(1601);
    expect(await liftDueBans(ports, 9e9)).toEqual({ lifted: 1, oldestOverdue: 1, finished: true });
    at(4e9);
    await liftDueBans(ports, 9e9);
    const states = await Promise.all([0, 1, 2].map((i) => bans.read({ id: `9.0.0.${i}`, jail: 'sshd' })));
    expect(states.map((ban) => ban?.state)).toEqual(['lifted', 'lifted', 'active']);
    expect(events.filter((event) => event.kind === 'ban-lifted')).toHaveLength(2);
  });

  it('lifts and tells of each ban once when two run at the same time', async () => {
    const { ports, events, at } = await withBans(Array(20).fill(600));
    at(2000);
    const runs = await Promise.all([liftDueBans(ports, 9e9), liftDueBans(ports, 9e9)]);
    expect(runs.reduce((sum, run) => sum + run.lifted, 0)).toBe(20);
    expect(events.filter((event) => event.kind === 'ban-lifted')).toHaveLength(20);
  });

  it('stops at its deadline and says that it is not finished', async () => {
    const { ports, at } = await withBans(Array(20).fill(600));
    at(2000);
    expect(await liftDueBans(ports, 2000)).toMatchObject({ lifted: 0, finished: false });
    expect(await liftDueBans(ports, 2001)).toMatchObject({ lifted: 20, finished: true });
  });
});
