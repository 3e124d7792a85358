import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WantedBans } from '../../../core/enforce/wanted-bans.ts';

const ban = fc.record({
  id: fc.constantFrom('9.0.0.1', '9.0.0.2', '9.0.0.3', '9.0.0.4'),
  jail: fc.constantFrom('sshd', 'ftp'),
  expiresAt: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  banCount: fc.integer({ min: 1, max: 3 }),
  bannedAt: fc.integer({ min: 0, max: 3 }),
});
const ssh = [{ protocol: 'tcp', from: 22, to: 22 }] as const;
const web = [{ protocol: 'tcp', from: 80, to: 80 }] as const;

describe('the bans a target must hold', () => {
  it('are ranked alike in whatever order they come: permanent, then most bans, then latest', () => {
    fc.assert(
      fc.property(fc.array(ban, { maxLength: 12, size: 'max' }), fc.infiniteStream(fc.nat()), (bans, dice) => {
        const ranked = (list: typeof bans) => {
          const wanted = new WantedBans();
          for (const one of list) wanted.add(one, 'all');
          return wanted.ranked().map(({ id }) => id);
        };
        const shuffled = bans
          .map((one) => ({ one, rank: dice.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one);
        const order = ranked(bans);
        expect(ranked(shuffled)).toEqual(order);
        // By definition: of each id its best ban counts.
        const score = (one: (typeof bans)[number]) =>
          (one.expiresAt === undefined ? 1000 : 0) + one.banCount * 10 + one.bannedAt;
        const best = order.map((id) => Math.max(...bans.filter((one) => one.id === id).map(score)));
        expect(best).toEqual([...best].sort((a, b) => b - a));
        expect(new Set(order)).toEqual(new Set(bans.map(({ id }) => id)));
      }),
    );
  });

  it('keep an id off the ports of every jail that bans it', () => {
    const wanted = new WantedBans();
    const one = { id: '9.0.0.1', jail: 'sshd', expiresAt: 5, banCount: 1, bannedAt: 1 };
    wanted.add(one, web);
    wanted.add(one, ssh);
    expect(wanted.ranked()).toEqual([{ id: '9.0.0.1', ports: [...ssh, ...web] }]);
    wanted.add(one, 'all');
    expect(wanted.ranked()).toEqual([{ id: '9.0.0.1', ports: 'all' }]);
  });
});
