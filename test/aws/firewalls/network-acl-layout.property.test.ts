import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AclContent, AclEntry, AclStep } from '../../../aws/firewalls/ec2-network-acl.ts';
import { heldIds, layOut, type RuleWindow } from '../../../aws/firewalls/network-acl-layout.ts';
import { formatCidr, parseCidr } from '../../../core/net/address.ts';
import type { WantedBan } from '../../../core/ports/ban-target.ts';

const IDS = ['9.0.0.1', '9.0.0.2', '9.0.0.3', '9.0.1.0/24', '2600::1', '2600:0:0:1::/64'] as const;
/** No one ever bans these, so what is denied of them is foreign. */
const OTHERS = ['8.8.8.8', '2620:fe::fe'] as const;
const WINDOW: RuleWindow = { first: 10, capacity: 6 };
const NUMBERS = Array.from({ length: 12 }, (_, i) => i + 7);
const NONE: ReadonlySet<4 | 6> = new Set();

const traffic = fc.constantFrom(
  { protocol: '-1', ports: undefined },
  { protocol: '6', ports: { from: 22, to: 22 } },
  { protocol: '6', ports: { from: 0, to: 65_535 } },
  { protocol: '17', ports: { from: 53, to: 53 } },
  { protocol: '1', ports: undefined },
);
const source = fc.constantFrom(...IDS, ...OTHERS, '9.0.0.0/8', '0.0.0.0/0', '::/0');

function entriesWith(action: fc.Arbitrary<AclEntry['action']>, most: number): fc.Arbitrary<readonly AclEntry[]> {
  const entry = fc.record({ ruleNumber: fc.constantFrom(...NUMBERS), action, id: source, traffic });
  return fc
    .uniqueArray(entry, { maxLength: most, size: 'max', selector: ({ ruleNumber }) => ruleNumber })
    .map((entries) =>
      entries
        .map(
          ({ id, traffic: { protocol, ports }, ...rest }): AclEntry => ({ ...rest, range: range(id), protocol, ports }),
        )
        .sort((a, b) => a.ruleNumber - b.ruleNumber),
    );
}

const ports = fc.constantFrom<WantedBan['ports'][]>(
  'all',
  'all',
  [{ protocol: 'tcp', from: 22, to: 22 }],
  [
    { protocol: 'tcp', from: 22, to: 22 },
    { protocol: 'udp', from: 53, to: 53 },
  ],
);
/** Some ids wanted, in order; some known and unwanted; the rest never heard of. */
const change = fc
  .tuple(fc.shuffledSubarray([...IDS]), fc.array(ports, { minLength: 6, maxLength: 6 }), fc.nat(3))
  .map(([ids, wantedPorts, unwanted]) => ({
    present: ids.slice(unwanted).map((id, i): WantedBan => ({ id, ports: wantedPorts[i] ?? 'all' })),
    absent: ids.slice(0, unwanted),
  }));

function range(id: string) {
  const parsed = parseCidr(id);
  if (!parsed) throw new Error(id);
  return parsed;
}

const isInWindow = ({ ruleNumber }: AclEntry): boolean =>
  ruleNumber >= WINDOW.first && ruleNumber < WINDOW.first + WINDOW.capacity;
const text = ({ ruleNumber, action, range: { prefix, ...about }, protocol, ports: span }: AclEntry): string =>
  `${ruleNumber} ${action} ${formatCidr({ ...about, prefix })} ${protocol} ${span?.from}-${span?.to}`;

/** The ACL after a step, taken as EC2 takes it. */
function after({ id, entries }: AclContent, step: AclStep): AclContent {
  const standing = entries.find(({ ruleNumber }) => ruleNumber === step.entry.ruleNumber);
  if ((step.kind === 'create') !== (standing === undefined)) throw new Error(`${step.kind} ${text(step.entry)}`);
  const left = entries.filter((entry) => entry !== standing);
  const now = step.kind === 'delete' ? left : [...left, step.entry];
  return { id, entries: now.sort((a, b) => a.ruleNumber - b.ruleNumber) };
}

/** What EC2 would make of a packet: the first entry that is about it decides. */
function verdict({ entries }: AclContent, id: string, protocol: string, port: number): 'allow' | 'deny' | 'none' {
  const address = range(id);
  const first = entries.find((entry) => {
    const shift = BigInt((entry.range.family === 4 ? 32 : 128) - entry.range.prefix);
    if (entry.range.family !== address.family || address.network >> shift !== entry.range.network >> shift)
      return false;
    if (entry.protocol === '-1') return true;
    return entry.protocol === protocol && (!entry.ports || (entry.ports.from <= port && port <= entry.ports.to));
  });
  return first?.action ?? 'none';
}

/**
 * A packet that the ban is to keep out, and the ban's own entry decides on it unless someone's
 * entry does so earlier.
 */
const packetsOf = ({ ports: wanted }: WantedBan): readonly (readonly [protocol: string, port: number])[] =>
  wanted === 'all'
    ? [['6', 443]]
    : wanted.map(({ protocol, from }) => [protocol === 'tcp' ? '6' : '17', from] as const);

describe('layOut', () => {
  it('ends with the bans of highest rank, whatever stood there, and what others put there as it was', () => {
    let full = 0;
    let foreign = 0;
    let steps = 0;
    fc.assert(
      fc.property(entriesWith(fc.constant('deny'), 12), change, (entries, wanted) => {
        const before: AclContent = { id: 'acl', entries };
        const layout = layOut(before, WINDOW, wanted, NONE);
        const done = layout.steps.reduce(after, before);
        const spokenOf = new Set<string>([...wanted.present.map(({ id }) => id), ...wanted.absent]);
        const others = entries.filter(
          (entry) => !isInWindow(entry) || !spokenOf.has(formatCidr(entry.range)) || entry.protocol === '1',
        );
        expect(done.entries.map(text)).toEqual(expect.arrayContaining(others.map(text)));
        // By rank, each whole or not at all.
        let room = WINDOW.capacity - others.filter(isInWindow).length;
        const chosen = wanted.present.filter((ban) => {
          const needs = ban.ports === 'all' ? 1 : ban.ports.length;
          if (needs > room) return false;
          room -= needs;
          return true;
        });
        const needed = chosen.reduce((sum, ban) => sum + (ban.ports === 'all' ? 1 : ban.ports.length), 0);
        expect(done.entries).toHaveLength(others.length + needed);
        for (const ban of chosen) {
          for (const [protocol, port] of packetsOf(ban)) {
            expect(verdict(done, ban.id.replace(/\/.*/, ''), protocol, port)).toBe('deny');
          }
        }
        expect(layout.overflow).toEqual(wanted.present.filter((ban) => !chosen.includes(ban)).map(({ id }) => id));
        expect(layout.warnings).toEqual([]);
        expect(layOut(done, WINDOW, wanted, NONE).steps).toEqual([]);
        expect(layout.steps.length).toBeLessThanOrEqual(WINDOW.capacity);
        if (layout.overflow.length > 0) full += 1;
        if (others.some(isInWindow)) foreign += 1;
        steps += layout.steps.length;
      }),
      { numRuns: 1500 },
    );
    expect(full).toBeGreaterThan(100);
    expect(foreign).toBeGreaterThan(300);
    expect(steps).toBeGreaterThan(1500);
  });

  it("has every ban it holds denied in effect, behind nothing that allows it, or reports that it can't", () => {
    let moved = 0;
    let inVain = 0;
    fc.assert(
      fc.property(entriesWith(fc.constantFrom('deny', 'deny', 'allow'), 12), change, (entries, wanted) => {
        const before: AclContent = { id: 'acl', entries };
        const layout = layOut(before, WINDOW, wanted, NONE);
        const done = layout.steps.reduce(after, before);
        for (const ban of wanted.present) {
          if (layout.overflow.includes(ban.id)) continue;
          for (const [protocol, port] of packetsOf(ban)) {
            if (verdict(done, ban.id.replace(/\/.*/, ''), protocol, port) === 'deny') continue;
            // An entry in front allows part of it, which is reported.
            expect(layout.warnings.join()).toMatch(/allows .* before .* can deny it/);
          }
        }
        expect(layOut(done, WINDOW, wanted, NONE)).toEqual({ ...layout, steps: [] });
        const stays = entries.filter((entry) => done.entries.every((other) => text(other) !== text(entry)));
        if (stays.some((entry) => [...heldIds(done, WINDOW)].includes(formatCidr(entry.range)))) moved += 1;
        if (layout.overflow.length > 0 && layout.warnings.length > 0) inVain += 1;
      }),
      { numRuns: 1500 },
    );
    expect(moved).toBeGreaterThan(50);
    expect(inVain).toBeGreaterThan(50);
  });

  it('never lets in, on the way, whom it is to keep out before and after', () => {
    let seen = 0;
    fc.assert(
      fc.property(entriesWith(fc.constant('deny'), 12), change, (entries, wanted) => {
        const before: AclContent = { id: 'acl', entries };
        const layout = layOut(before, WINDOW, wanted, NONE);
        const done = heldIds(layout.steps.reduce(after, before), WINDOW);
        const staying = [...heldIds(before, WINDOW)].filter((id) => done.has(id));
        let now = before;
        for (const step of layout.steps) {
          now = after(now, step);
          for (const id of staying) expect(heldIds(now, WINDOW)).toContain(id);
          seen += staying.length;
        }
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(1000);
  });

  it('has a ban at its new number before another gets the old one', () => {
    const entry = (ruleNumber: number, id: string, action: AclEntry['action'] = 'deny'): AclEntry => {
      return { ruleNumber, action, range: range(id), protocol: '-1', ports: undefined };
    };
    const entries = [
      entry(10, '9.0.0.1'),
      entry(11, '9.0.0.2'),
      entry(12, '9.0.1.0/24', 'allow'),
      entry(13, '9.0.0.3'),
    ];
    const present = ['9.0.1.7', '9.0.0.1', '9.0.0.2'].map((id): WantedBan => ({ id, ports: 'all' }));
    const { steps } = layOut(
      { id: 'acl', entries },
      { first: 10, capacity: 4 },
      { present, absent: ['9.0.0.3'] },
      NONE,
    );
    expect(steps.map((step) => `${step.kind} ${step.entry.ruleNumber} ${formatCidr(step.entry.range)}`)).toEqual([
      'replace 13 9.0.0.1',
      'replace 10 9.0.1.7',
    ]);
  });

  it('asks for no more entries of a family than a full ACL has, and puts the bans of highest rank there', () => {
    let seen = 0;
    fc.assert(
      fc.property(entriesWith(fc.constant('deny'), 8), change, (entries, wanted) => {
        const before: AclContent = { id: 'acl', entries };
        const full = new Set([4] as const);
        const layout = layOut(before, WINDOW, wanted, full);
        const count = ({ entries: all }: AclContent) => all.filter((entry) => entry.range.family === 4).length;
        let now = before;
        for (const step of layout.steps) {
          now = after(now, step);
          expect(count(now)).toBeLessThanOrEqual(count(before));
        }
        expect(layOut(now, WINDOW, wanted, full).steps).toEqual([]);
        if (layout.overflow.length > 0 && layout.steps.length > 0) seen += 1;
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});
