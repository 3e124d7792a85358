import type { EC2Client } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityGroupRevokeTarget } from '../../../aws/firewalls/security-group-revoke-target.ts';
import { contains, parseCidr } from '../../../core/net/address.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { memoryRevokedRulesStore } from '../../memory/memory-revoked-rules-store.ts';
import { BANNER_MISHAPS, banners, type Gate, gated } from '../../support/banners.ts';
import { ec2Client, FRIEND, groupConsole, HOME, OFFICE, type TcpRule, V6 } from '../../support/security-group-rules.ts';

const clock = virtualClock(1_000_000);
let ec2: Ec2;
let client: EC2Client;
let byHand: ReturnType<typeof groupConsole>;

beforeAll(async () => {
  ec2 = await startEc2();
  client = ec2Client(ec2, 1);
  byHand = groupConsole(ec2, client);
});
afterAll(async () => {
  client.destroy();
  await ec2.close();
});

describe('securityGroupRevokeTarget under any interleaving of banners, bans, edits and mishaps', () => {
  const RULES = [HOME, { ...HOME, port: 443 }, OFFICE, V6];
  const IDS = ['198.51.100.7', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/48', '203.0.113.9'];

  const some = (most: number) => fc.subarray(IDS, { maxLength: most });
  const mishap = fc.option(
    fc.record({ at: fc.integer({ min: 1, max: 6 }), kind: fc.constantFrom(...BANNER_MISHAPS) }),
    {
      nil: undefined,
    },
  );
  const wave = fc.record({
    banned: some(2),
    unbanned: some(3),
    /** What someone takes out, or makes again. */
    edits: fc.array(fc.tuple(fc.constantFrom('out', 'back'), fc.constantFrom(...RULES)), { maxLength: 1, size: 'max' }),
    pause: fc.constantFrom(10, 100, 1000),
    banners: fc.array(mishap, { minLength: 1, maxLength: 3, size: 'max' }),
  });
  const covered = (rule: TcpRule, bans: Iterable<string>) =>
    [...bans].some((id) => {
      const [ban, source] = [parseCidr(id), parseCidr(rule.cidr)];
      return ban !== undefined && source !== undefined && contains(ban, source);
    });

  it('loses no rule, and ends with those that no ban is about', { timeout: 60_000 }, async () => {
    const seen = { mishaps: 0, out: 0, taken: 0, together: 0, held: 0, mostCalls: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(wave, { minLength: 2, maxLength: 7, size: 'max' }), fc.nat(), async (waves, seed) => {
        const group = await byHand.newGroup(...RULES, FRIEND);
        const original = await byHand.rulesOf(group);
        const store = memoryRevokedRulesStore();
        const stands = (rule: TcpRule) => byHand.stands(group, rule);
        /**
         * Taken out by hand: whether one of these comes back depends on whether a banner had it on
         * record.
         */
        const taken = new Set<TcpRule>();
        let steady: readonly string[] = [];
        let out: readonly TcpRule[] = [];
        const look = () => {
          out = RULES.filter((rule) => covered(rule, steady) && !stands(rule));
        };
        const edit = (kind: string, rule: TcpRule) => async () => {
          if (kind === 'back') {
            if (!stands(rule)) await byHand.add(group, rule);
          } else if (stands(rule)) {
            byHand.remove(group, rule);
            taken.add(rule);
            seen.taken++;
          }
          look();
        };
        const through = (gate: Gate) =>
          securityGroupRevokeTarget(
            gated(client, gate),
            {
              read: (id) => gate(() => store.read(id)),
              write: (id, rules) => gate(() => store.write(id, rules)),
            },
            [group],
            clock,
          );
        let recorded: readonly string[] = [];
        const fleet = banners(seed, through, edit('back', HOME), () => {
          expect(stands(FRIEND)).toBe(true);
          for (const rule of out) expect(stands(rule)).toBe(false);
          look();
          seen.held += out.length;
          for (const rule of RULES) {
            if (!stands(rule) && !taken.has(rule)) expect(recorded).toContain(`${rule.cidr} ${rule.port ?? 22}`);
          }
        });
        const remember = store.write;
        store.write = async (id, rules) => {
          const answer = await remember(id, rules);
          if (answer === 'written') recorded = rules.rules.map(({ rule }) => `${rule.cidr} ${rule.fromPort}`);
          return answer;
        };
        for (const { banned, unbanned, edits, pause, banners: runs } of waves) {
          clock.set(clock.now() + pause);
          steady = await fleet.holding({ banned, unbanned });
          look();
          if (runs.length > 1) seen.together++;
          await fleet.play({ banned, unbanned, edits: edits.map(([kind, rule]) => edit(kind, rule)), banners: runs });
        }
        steady = [];
        out = [];
        expect(await fleet.settle()).toBeLessThan(12);
        const active = await fleet.activeIds();
        seen.out += RULES.filter((rule) => covered(rule, active)).length;
        for (const rule of RULES) {
          if (covered(rule, active)) expect(stands(rule)).toBe(false);
          else if (!taken.has(rule)) expect(stands(rule)).toBe(true);
        }
        const now = await byHand.rulesOf(group);
        expect(original).toEqual(expect.arrayContaining(now));
        // When all is over and some time has gone by, everything is back and nothing is on record.
        clock.set(clock.now() + 901);
        await fleet.play({ banned: [], unbanned: active, edits: [], banners: [undefined] });
        clock.set(clock.now() + 901);
        await fleet.settle();
        expect((await store.read(group)).rules).toEqual([]);
        if (taken.size === 0) expect(await byHand.rulesOf(group)).toEqual(original);
        seen.mishaps += fleet.seen.mishaps;
        seen.mostCalls = Math.max(seen.mostCalls, fleet.seen.mostCalls);
      }),
      { numRuns: 25, seed: 10 },
    );
    expect(seen.mishaps).toBeGreaterThan(30);
    expect(seen.out).toBeGreaterThan(20);
    expect(seen.taken).toBeGreaterThan(5);
    expect(seen.together).toBeGreaterThan(30);
    expect(seen.held).toBeGreaterThan(60);
    expect(seen.mostCalls).toBeLessThan(100);
  });
});
