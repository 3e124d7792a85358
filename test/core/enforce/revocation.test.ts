import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LiveRule, nameOf, revocation, ruleText } from '../../../core/enforce/revocation.ts';
import { contains, overlaps, parseCidr } from '../../../core/net/address.ts';
import type { WantedBan } from '../../../core/ports/ban-target.ts';
import type { IngressRule, RevokedRule } from '../../../core/ports/revoked-rules-store.ts';

const rule = (cidr: string, fromPort = 22, protocol = 'tcp', toPort = fromPort): IngressRule => ({
  protocol,
  fromPort,
  toPort,
  cidr,
  description: undefined,
  tags: [],
});

const anyRule = fc
  .tuple(
    fc.constantFrom('198.51.100.7/32', '198.51.100.0/24', '203.0.113.9/32', '0.0.0.0/0', '2001:db8::/64'),
    fc.constantFrom(['tcp', 22, 22], ['tcp', 0, 65_535], ['udp', 53, 53], ['-1', -1, -1], ['icmp', 8, -1]),
  )
  .map(([cidr, [protocol, from, to]]) => rule(cidr, Number(from), String(protocol), Number(to)));
const rules = fc.uniqueArray(anyRule, { maxLength: 6, size: 'max', selector: nameOf });
const ban = fc.record<WantedBan>({
  id: fc.constantFrom('198.51.100.7', '198.51.100.0/23', '203.0.113.9', '8.8.8.8', '2001:db8::/48'),
  ports: fc.constantFrom<WantedBan['ports']>('all', [{ protocol: 'tcp', from: 20, to: 25 }]),
});
const bans = fc.uniqueArray(ban, { maxLength: 3, size: 'max', selector: ({ id }) => id });

/** Written apart from the code: whether a ban is about a rule's ports. */
function isAbout({ protocol, fromPort, toPort }: IngressRule, { ports }: WantedBan): boolean {
  if (ports === 'all' || protocol === '-1') return true;
  return protocol === 'tcp' && fromPort <= 25 && toPort >= 20;
}

describe('revocation', () => {
  it('has a rule out exactly while a ban is about all of it, and every rule that is out on record', () => {
    const seen = { revoked: 0, restored: 0, leaks: 0, back: 0 };
    fc.assert(
      fc.property(rules, rules, bans, fc.nat(2000), (standing, recorded, present, age) => {
        const live = standing.map((entry, i): LiveRule => ({ ruleId: `sgr-${i}`, rule: entry }));
        const record = recorded.map((entry): RevokedRule => ({ rule: entry, bans: ['old'], revokedAt: 5_000 - age }));
        const result = revocation(live, record, present, 5_000);
        const out = ({ cidr, ...rest }: IngressRule) =>
          present.some((each) => {
            const [range, source] = [parseCidr(each.id), parseCidr(cidr)];
            return range && source && contains(range, source) && isAbout({ cidr, ...rest }, each);
          });
        const names = (entries: readonly { readonly rule: IngressRule }[]) =>
          entries.map((each) => nameOf(each.rule)).sort();
        const stands = new Set(standing.map(nameOf));
        const gone = record.filter((each) => !stands.has(nameOf(each.rule)));
        expect(names(result.revoke)).toEqual(names(live.filter((each) => out(each.rule))));
        expect(names(result.restore)).toEqual(names(gone.filter((each) => !out(each.rule))));
        expect(names(result.record)).toEqual(expect.arrayContaining(names([...result.revoke, ...gone])));
        // Afterward whatever stands nowhere is on record, and so is whatever may still be revoked
        // by a decision on record.
        const after = names(result.recordAfter);
        for (const each of gone) if (out(each.rule)) expect(after).toContain(nameOf(each.rule));
        for (const each of result.revoke) expect(after).toContain(nameOf(each.rule));
        for (const each of record) expect(age <= 900 ? after : [nameOf(each.rule)]).toContain(nameOf(each.rule));
        expect(new Set(after).size).toBe(after.length);
        for (const leak of result.leaks) {
          expect(out(leak.rule)).toBeFalsy();
          const about = present.filter((each) => {
            const [range, source] = [parseCidr(each.id), parseCidr(leak.rule.cidr)];
            return range && source && overlaps(range, source) && isAbout(leak.rule, each);
          });
          expect(leak.bans).toEqual(about.map(({ id }) => id));
        }
        seen.revoked += result.revoke.length;
        seen.restored += result.restore.length;
        seen.leaks += result.leaks.length;
        seen.back += result.recordAfter.length;
      }),
      { numRuns: 500, seed: 11 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(150);
  });

  it('keeps a rule as it was when it was last revoked, with its bans', () => {
    const live = [{ ruleId: 'sgr-1', rule: { ...rule('198.51.100.7/32'), description: 'new' } }];
    const record = [{ rule: rule('198.51.100.7/32'), bans: ['198.51.100.7'], revokedAt: 1 }];
    const present = ['198.51.100.7', '198.51.100.0/24'].map((id): WantedBan => ({ id, ports: 'all' }));
    expect(revocation(live, record, present, 100).record).toEqual([
      { rule: live[0]?.rule, bans: ['198.51.100.0/24', '198.51.100.7'], revokedAt: 100 },
    ]);
    expect(revocation([], record, present.slice(1), 100).record).toEqual([
      { rule: rule('198.51.100.7/32'), bans: ['198.51.100.0/24'], revokedAt: 1 },
    ]);
  });
});

describe('ruleText', () => {
  it.each([
    [rule('0.0.0.0/0', 443), 'tcp 443 from 0.0.0.0/0'],
    [rule('198.51.100.7/32', 20, 'udp', 25), 'udp 20-25 from 198.51.100.7'],
    [rule('::/0', -1, '-1'), 'all traffic from ::/0'],
    [rule('::/0', -1, '47'), '47 from ::/0'],
    [rule('::/0', 8, 'icmp', -1), 'icmp from ::/0'],
  ])('%o', (given, text) => {
    expect(ruleText(given)).toBe(text);
  });
});
