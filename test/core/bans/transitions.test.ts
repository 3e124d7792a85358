import { describe, expect, it } from 'vitest';
import { bansOnRecord } from '../../../core/bans/ban-changes.ts';
import { type BanRequest, banned, lifted } from '../../../core/bans/transitions.ts';
import { endOf, isDue } from '../../../core/records/ban.ts';

const key = { id: '198.51.100.7', jail: 'sshd' };
const request: BanRequest = {
  bannedAt: 1000,
  bantime: 600,
  attempts: 5,
  origin: 'jail',
  evidence: ['a line'],
  earlier: 0,
  keptFor: 86_400,
};
const first = banned(key, undefined, request, 1000).ban;

describe('a ban', () => {
  it('begins at the attempt that fired it and ends bantime later', () => {
    expect(first).toMatchObject({ state: 'active', bannedAt: 1000, expiresAt: 1600, banCount: 1, version: 1 });
  });

  it('is due strictly after its end, never at it', () => {
    expect(isDue(first, 1600)).toBe(false);
    expect(isDue(first, 1600.5)).toBe(true);
    expect(isDue(lifted(first, 1700), 2000)).toBe(false);
  });

  it('swallows attempts up to its end, however late it was lifted, and up to the lifting when that was early', () => {
    expect(endOf(first)).toBe(1600);
    expect(endOf(lifted(first, 1660))).toBe(1600);
    expect(endOf(lifted(first, 1200))).toBe(1200);
  });

  it('never gives back the attempts that fired it, even lifted by a clock that is behind the log', () => {
    expect(endOf(lifted(first, 990))).toBe(1000);
  });

  it('carries its latest changes, so that each can be reported later', () => {
    let record = first;
    for (let i = 1; i <= 6; i++) {
      const late = lifted(record, 1000 * i + 601);
      record = banned(key, late, { ...request, bannedAt: 1000 * (i + 1), earlier: i }, 1000 * (i + 1)).ban;
    }
    const kinds = record.changes?.map(({ version, kind, bannedAt }) => `${version} ${kind} ${bannedAt}`);
    expect(kinds).toHaveLength(8);
    expect(kinds?.slice(-3)).toEqual(['11 banned 6000', '12 lifted 6000', '13 banned 7000']);
    const missed = banned(key, lifted(first, 1601), { ...request, bannedAt: 2000 }, 3000).ban;
    expect(missed.changes?.map(({ kind }) => kind)).toEqual(['banned', 'lifted', 'missed']);
    expect(bansOnRecord(missed)).toEqual([1000]);
  });

  it('is counted when it comes again after being lifted', () => {
    const again = banned(key, lifted(first, 1660), { ...request, bannedAt: 2000, earlier: 1 }, 2000);
    expect(again).toMatchObject({
      kind: 'banned',
      ended: undefined,
      ban: { banCount: 2, version: 3, expiresAt: 2600 },
    });
  });

  it('that ran out unnoticed is reported as ended when the next begins', () => {
    const again = banned(key, first, { ...request, bannedAt: 1601, earlier: 1 }, 1601);
    expect(again).toMatchObject({ kind: 'banned', ended: { state: 'lifted', liftedAt: 1600 }, ban: { banCount: 2 } });
  });

  it('is not made twice, but prolonged when the new end is later', () => {
    expect(banned(key, first, request, 1000)).toEqual({ kind: 'unchanged', ban: first });
    expect(banned(key, first, { ...request, bannedAt: 1100 }, 1100)).toMatchObject({
      kind: 'prolonged',
      ban: { bannedAt: 1000, expiresAt: 1700, bantime: 700, version: 2, banCount: 1 },
    });
    expect(banned(key, first, { ...request, bantime: 60 }, 1000).kind).toBe('unchanged');
  });

  it('without end is never due and never shortened', () => {
    const forGood = banned(key, undefined, { ...request, bantime: -1 }, 1000).ban;
    expect(forGood).toMatchObject({ expiresAt: undefined, bantime: -1 });
    expect(isDue(forGood, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(banned(key, forGood, { ...request, bannedAt: 5000 }, 5000).kind).toBe('unchanged');
    expect(banned(key, first, { ...request, bantime: -1 }, 1100)).toMatchObject({
      kind: 'prolonged',
      ban: { expiresAt: undefined, bantime: -1 },
    });
  });

  it('that would be over already is recorded, not enforced', () => {
    expect(banned(key, undefined, request, 1601)).toMatchObject({
      kind: 'missed',
      ban: { state: 'lifted', liftedAt: 1600, banCount: 1 },
    });
    expect(banned(key, undefined, request, 1600).kind).toBe('banned');
  });
});
