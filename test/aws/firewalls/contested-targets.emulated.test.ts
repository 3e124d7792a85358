import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkAclTarget } from '../../../aws/firewalls/network-acl-target.ts';
import { prefixListTarget } from '../../../aws/firewalls/prefix-list-target.ts';
import { formatCidr, formatWithPrefix, parseCidr } from '../../../core/net/address.ts';
import type { WantedBan } from '../../../core/ports/ban-target.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { type BannerCall, type Contested, contestedClients, type Session } from '../../support/contested-target.ts';
import { FOREIGN, turmoil } from '../../support/turmoil.ts';

const clock = virtualClock(1_000_000);
let ec2: Ec2;
const clients = contestedClients(() => ec2);

beforeAll(async () => {
  ec2 = await startEc2({ now: () => clock.now() * 1000, prefixListModifyMs: 300 });
  clients.open();
});
afterAll(async () => {
  clients.close();
  await ec2.close();
});

function range(text: string) {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(text);
  return parsed;
}
const idOf = (cidr: string): string => formatCidr(range(cidr));
const family = (id: string): 4 | 6 => range(id).family;

const WINDOW = { firstRule: 3, capacity: 5 } as const;

/**
 * An ACL whose console is worked at; it has a note of every entry that someone put there for an
 * address of his own.
 */
function contestedAcl() {
  const acl = ec2.networkAcls.create().id;
  /** Their rule numbers. */
  const foreign = new Set<number>();
  const lastCalls = ['', ''];
  const seen = { inTheGap: 0, blind: [] as string[] };
  const firewall: Contested = {
    target: (client) => networkAclTarget(client, { acls: [acl], ...WINDOW, byPort: true }, clock),
    put(id, at) {
      const ruleAction = FOREIGN.includes(id) && at % 3 === 0 ? 'allow' : 'deny';
      const entry = {
        ruleNumber: at + 1,
        egress: false,
        ruleAction,
        protocol: '-1',
        cidr: formatWithPrefix(range(id)),
      } as const;
      ec2.networkAcls.put(acl, entry);
      if (FOREIGN.includes(id)) foreign.add(at + 1);
      else foreign.delete(at + 1);
    },
    remove(at) {
      if (entries().some(({ ruleNumber }) => ruleNumber === at + 1)) ec2.networkAcls.remove(acl, at + 1);
      foreign.delete(at + 1);
    },
    wipe() {
      for (let at = 0; at < 12; at++) firewall.remove(at);
    },
    /**
     * A banner looks right before it overwrites; what someone puts there between the two calls is
     * lost.
     */
    before({ banner, operation, input }: BannerCall) {
      if (operation === 'ReplaceNetworkAclEntry' || operation === 'DeleteNetworkAclEntry') {
        if (lastCalls[banner] !== 'DescribeNetworkAcls') seen.blind.push(operation);
        if (foreign.delete(Number(input['RuleNumber']))) seen.inTheGap += 1;
      }
      lastCalls[banner] = operation;
    },
  };
  const entries = () =>
    ec2.networkAcls.get(acl).entries.filter(({ egress, ruleNumber }) => !egress && ruleNumber < 100);
  return { firewall, seen, foreign, entries };
}

describe('a network ACL in turmoil', () => {
  it('ends with the bans of highest priority and what others put there: repaired by one quiet run, kept by runs that verify', async () => {
    const seen = { mishaps: 0, contested: 0, mostCalls: 0, overflowing: 0, repairs: 0, inTheGap: 0, foreign: 0 };
    await fc.assert(
      fc.asyncProperty(turmoil, async ({ seed, waves, changes }) => {
        const { firewall, entries, ...acl } = contestedAcl();
        const session = clients.begin(seed, firewall, seen);
        for (const wave of waves) await session.wave(wave);
        // The events of these changes are lost.
        await session.wave(changes.map(({ change }) => change));
        const standing = entries();
        const calls = await session.reconcile();
        expect(calls).toBeLessThanOrEqual(2 + 2 * WINDOW.capacity);
        await expectDesired(session, standing);
        if (calls > 1) seen.repairs += 1;
        // No one edits now, and one of the two learns of every change: what they write over each
        // other they put right themselves.
        await session.told(changes);
        await expectDesired(session, standing);
        expect(await session.reconcile()).toBe(1);
        expect(acl.seen.blind).toEqual([]);
        for (const number of acl.foreign) {
          const entry = entries().find(({ ruleNumber }) => ruleNumber === number);
          expect(FOREIGN).toContain(entry && idOf(entry.block.cidr));
        }
        seen.inTheGap += acl.seen.inTheGap;
        seen.foreign += acl.foreign.size;

        /**
         * The others' entries are those of `before`, and the bans have the rest of the window, by
         * rank.
         */
        async function expectDesired(of: Session, before: ReturnType<typeof entries>): Promise<void> {
          const { ranked, known } = await of.desired();
          const isBan = ({ ruleNumber, ruleAction, block }: (typeof before)[number]) =>
            isInWindow(ruleNumber) && ruleAction === 'deny' && known.has(idOf(block.cidr));
          const others = before.filter((entry) => !isBan(entry));
          expect(entries().filter((entry) => !isBan(entry))).toEqual(others);
          const room = WINDOW.capacity - others.filter(({ ruleNumber }) => isInWindow(ruleNumber)).length;
          const held = entries().filter(isBan);
          const texts = held.map(({ block, protocol, ports }) => `${idOf(block.cidr)} ${protocol} ${ports?.from}`);
          expect(texts.sort()).toEqual(placesFor(ranked, room).toSorted());
          if (new Set(held.map(({ block }) => block.cidr)).size < ranked.length) seen.overflowing += 1;
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
    // Eight rounds at most, each with one look at all and a look and a write an entry.
    expect(seen.mostCalls).toBeLessThanOrEqual(8 * (1 + 2 * WINDOW.capacity));
    expect(seen.mishaps).toBeGreaterThan(12);
    expect(seen.contested).toBeGreaterThan(100);
    expect(seen.overflowing).toBeGreaterThan(8);
    expect(seen.repairs).toBeGreaterThan(5);
    expect(seen.foreign).toBeGreaterThan(6);
    expect(seen.inTheGap).toBeLessThan(6);
  });
});

const isInWindow = (ruleNumber: number): boolean =>
  ruleNumber >= WINDOW.firstRule && ruleNumber < WINDOW.firstRule + WINDOW.capacity;

/** The entries of the bans that fit, each with all of its own or none. */
function placesFor(ranked: readonly WantedBan[], room: number): readonly string[] {
  const places: string[] = [];
  for (const { id, ports } of ranked) {
    const wanted = ports === 'all' ? [`${id} -1 undefined`] : ports.map(({ from }) => `${id} 6 ${from}`);
    if (places.length + wanted.length <= room) places.push(...wanted);
  }
  return places;
}

const MOST = { 4: 4, 6: 2 } as const;

/** Lists whose console is worked at. */
function contestedLists() {
  const create = (of: 4 | 6) =>
    ec2.prefixLists.create({ name: `banned-${of}`, addressFamily: of === 4 ? 'IPv4' : 'IPv6', maxEntries: MOST[of] })
      .id;
  const lists = { 4: create(4), 6: create(6) };
  const put = new Set<string>();
  const idsIn = (of: 4 | 6) => ec2.prefixLists.get(lists[of]).entries.map(({ cidr }) => idOf(cidr));
  /** The console can't change a list either while a change is in progress. */
  const edit = (of: 4 | 6, ids: readonly string[]) => {
    const list = ec2.prefixLists.get(lists[of]);
    if (list.state === 'modify-in-progress' || ids.length > MOST[of]) return;
    for (const id of put) if (family(id) === of && !ids.includes(id)) put.delete(id);
    for (const id of ids) if (FOREIGN.includes(id)) put.add(id);
    ec2.prefixLists.edit(
      list.id,
      ids.map((id) => ({ cidr: formatWithPrefix(range(id)) })),
    );
  };
  const firewall: Contested = {
    target: (client) => prefixListTarget(client, [lists[4], lists[6]], clock),
    put: (id) => edit(family(id), [...new Set([...idsIn(family(id)), id])]),
    remove(at) {
      const of = at % 2 === 0 ? 4 : 6;
      edit(
        of,
        idsIn(of).filter((_id, i) => i !== at >> 1),
      );
    },
    wipe() {
      for (const of of [4, 6] as const) edit(of, []);
    },
    before: () => undefined,
  };
  return { firewall, put, idsIn };
}

describe('prefix lists in turmoil', () => {
  it('end with the bans of highest priority and what others put there: repaired by one quiet run, kept by compare-and-swap', async () => {
    const seen = { mishaps: 0, contested: 0, mostCalls: 0, overflowing: 0, repairs: 0, foreign: 0 };
    await fc.assert(
      fc.asyncProperty(turmoil, async ({ seed, waves, changes }) => {
        const { firewall, put, idsIn } = contestedLists();
        const session = clients.begin(seed, firewall, seen);
        for (const wave of waves) await session.wave(wave);
        // The events of these changes are lost.
        await session.wave(changes.map(({ change }) => change));
        await clock.sleep(1000);
        const standing = { 4: idsIn(4), 6: idsIn(6) };
        const calls = await session.reconcile();
        // A Describe and a Get a list; where it is changed, the change and three looks until it is
        // complete.
        expect(calls).toBeLessThanOrEqual(12);
        await expectDesired(session);
        if (calls > 4) seen.repairs += 1;
        await session.told(changes);
        await expectDesired(session);
        expect(await session.reconcile()).toBe(4);
        seen.foreign += put.size;

        async function expectDesired(of: Session): Promise<void> {
          const { ranked, known } = await of.desired();
          for (const each of [4, 6] as const) {
            const others = standing[each].filter((id) => !known.has(id));
            const wanted = ranked.map(({ id }) => id).filter((id) => family(id) === each);
            const room = MOST[each] - others.length;
            expect(idsIn(each).toSorted()).toEqual([...others, ...wanted.slice(0, room)].sort());
            expect(others).toEqual(expect.arrayContaining([...put].filter((id) => family(id) === each)));
            if (wanted.length > room) seen.overflowing += 1;
          }
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(seen.mostCalls).toBeLessThanOrEqual(100);
    expect(seen.mishaps).toBeGreaterThan(15);
    expect(seen.contested).toBeGreaterThan(100);
    expect(seen.overflowing).toBeGreaterThan(1);
    expect(seen.repairs).toBeGreaterThan(3);
    expect(seen.foreign).toBeGreaterThan(1);
  });
});
