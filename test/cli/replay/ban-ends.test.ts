import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BanEnds } from '../../../cli/replay/ban-ends.ts';
import type { Ban } from '../../../core/records/ban.ts';

function ban(bannedAt: number, expiresAt: number | undefined): Ban {
  return {
    id: '192.0.2.1',
    jail: 'sshd',
    state: 'active',
    bannedAt,
    expiresAt,
    liftedAt: undefined,
    bantime: 1,
    banCount: 1,
    attempts: 1,
    origin: 'jail',
    evidence: [],
    keptFor: 1,
    version: 1,
  };
}

it('gives back each ban once, when its end has passed, in the order of the ends', () => {
  const ends = fc.option(fc.nat({ max: 50 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(ends, fc.nat({ max: 60 })), { maxLength: 60 }), (steps) => {
      const queue = new BanEnds();
      const waiting: number[] = [];
      for (const [end, now] of steps) {
        queue.add(ban(0, end));
        if (end !== undefined) waiting.push(end);
        const due = waiting.filter((one) => one < now).sort((a, b) => a - b);
        for (const one of due) waiting.splice(waiting.indexOf(one), 1);
        const taken: (number | undefined)[] = [];
        for (let next = queue.takeDue(now); next; next = queue.takeDue(now)) taken.push(next.expiresAt);
        expect(taken).toEqual(due);
      }
    }),
  );
});

it('gives back of two that end together the one made first', () => {
  const queue = new BanEnds();
  for (const bannedAt of [3, 1, 2]) queue.add(ban(bannedAt, 9));
  expect([queue.takeDue(10), queue.takeDue(10), queue.takeDue(10)].map((one) => one?.bannedAt)).toEqual([1, 2, 3]);
});
