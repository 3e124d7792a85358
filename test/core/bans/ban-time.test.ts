import { describe, expect, it } from 'vitest';
import { banTime, isRemembered } from '../../../core/bans/ban-time.ts';
import type { BantimeIncrement } from '../../../core/config/jail.ts';
import type { Ban } from '../../../core/records/ban.ts';

const OFF: BantimeIncrement = {
  enabled: false,
  formula: undefined,
  factor: 1,
  multipliers: [],
  maxtime: undefined,
  rndtime: undefined,
  overalljails: false,
};
const times = (increment: Partial<BantimeIncrement>, bantime = 600, luck = 0): number[] => {
  const rule = banTime({ bantime, increment: { ...OFF, enabled: true, ...increment } });
  return [0, 1, 2, 3, 4].map((earlier) => rule(earlier, luck));
};

describe('banTime', () => {
  it('is bantime, always, without bantime.increment', () => {
    const rule = banTime({ bantime: 600, increment: OFF });
    expect([rule(0, 0), rule(7, 0.9)]).toEqual([600, 600]);
  });

  it.each([
    ['doubles by default', times({}), [600, 1200, 2400, 4800, 9600]],
    ['takes the factor into account, from the second ban on', times({ factor: 3 }), [600, 3600, 7200, 14400, 28800]],
    [
      'follows the multipliers and stays with the last',
      times({ multipliers: [1, 5, 30] }),
      [600, 3000, 18000, 18000, 18000],
    ],
    [
      'follows a formula',
      times({ formula: 'ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)' }),
      [600, 1630, 4433, 12051, 32758],
    ],
    ['stops at maxtime', times({ maxtime: 2000 }), [600, 1200, 2000, 2000, 2000]],
    ['adds rndtime after the cap', times({ maxtime: 2000, rndtime: 100 }, 600, 0.5), [600, 1250, 2050, 2050, 2050]],
    ['is never below bantime', times({ multipliers: [0.1] }), [600, 600, 600, 600, 600]],
    ['leaves a permanent ban permanent', times({}, -1), [-1, -1, -1, -1, -1]],
    [
      'no longer doubles after the twentieth',
      [banTime({ bantime: 1, increment: { ...OFF, enabled: true } })(50, 0)],
      [2 ** 20],
    ],
  ])('%s', (_, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

describe('isRemembered', () => {
  const ban = (bannedAt: number, bantime: number): Ban => ({
    id: '9.0.0.1',
    jail: 'sshd',
    state: 'lifted',
    bannedAt,
    expiresAt: bannedAt + bantime,
    liftedAt: bannedAt + bantime,
    bantime,
    banCount: 1,
    attempts: 5,
    origin: 'jail',
    evidence: [],
    keptFor: 0,
    version: 2,
  });

  it.each([
    ['a day after a short ban', ban(0, 0), 86_400, true],
    ['later than dbpurgeage after a short ban', ban(0, 0), 86_401, false],
    ['within three times its length', ban(0, 86_400), 4 * 86_400, true],
    ['beyond it', ban(0, 86_400), 4 * 86_400 + 1, false],
    ['ever, when permanent', ban(0, -1), 1e9, true],
  ])('%s', (_, record, now, expected) => {
    expect(isRemembered(record, 86_400, now)).toBe(expected);
  });
});
