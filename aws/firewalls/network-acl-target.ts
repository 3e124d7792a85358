import type { EC2Client } from '@aws-sdk/client-ec2';
import { parseCidr } from '../../core/net/address.ts';
import type { BanTarget, TargetChange, TargetParts } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { idOf, isSame } from './acl-traffic.ts';
import {
  type AclContent,
  type AclEntry,
  type AclStep,
  HIGHEST_RULE,
  readNetworkAcls,
  takeStep,
} from './ec2-network-acl.ts';
import { heldIds, inWindow, type Layout, layOut, type RuleWindow } from './network-acl-layout.ts';

export interface NetworkAclOptions {
  /** `acl-…`: each must hold every ban. */
  readonly acls: readonly string[];
  /**
   * The first rule number of the window reserved for bans, 1 by default. Allow entries belong above
   * the window.
   */
  readonly firstRule?: number | undefined;
  /**
   * Rule numbers in the window: 18 by default (the quota of 20 less one allow entry and AWS's deny
   * entry at the end); 38 at most.
   */
  readonly capacity?: number | undefined;
  /**
   * Deny only the ports of the jails, with one entry per range and protocol. By default a ban takes
   * one entry and denies everything.
   */
  readonly byPort?: boolean | undefined;
}

/**
 * The quota can be raised to 40 entries; one of them is AWS's deny entry at the end, and one must
 * allow traffic.
 */
const MOST_CAPACITY = 38;
/** Rounds of read, plan and write before the next run takes over. */
const MOST_ROUNDS = 8;
/** The bans of one family may all rank before those of the other. */
const FAMILIES = 2;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Network ACLs as a place for bans: denials in a window of rule numbers, one entry a call.
 *
 * An ACL has no lock token, so a writer does not learn that another wrote since it read. After
 * every round of writes the ACL is therefore read and the plan made again, until nothing is left to
 * do. So the last writer always compares the ACL with the bans table after its write. New entries
 * take free numbers, which AWS makes sure of. An entry is read again just before it is replaced or
 * deleted. A foreign entry in its place is lost only if it was written between these two calls.
 *
 * @throws RangeError for an impossible window
 */
export function networkAclTarget(
  client: EC2Client,
  options: NetworkAclOptions,
  clock: Pick<Clock, 'sleep'>,
): BanTarget {
  const { acls, firstRule = 1, capacity = 18, byPort = false } = options;
  const window = ruleWindow(firstRule, capacity);
  return {
    name: 'network-acl',
    whole: true,
    async converge(_ids, plan) {
      const tally = new Tally(window);
      let outcome: 'done' | 'disturbed' = 'done';
      let layouts: readonly Layout[] = [];
      for (let round = 0; round < MOST_ROUNDS; round++) {
        if (round > 1) await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (round - 2), LONGEST_PAUSE_MS));
        const contents = tally.note(acls.length > 0 ? await readNetworkAcls(client, acls) : []);
        const held = new Set(contents.flatMap((acl) => [...heldIds(acl, window)]));
        const change = await plan(held, FAMILIES * capacity, partsOf(contents, window, byPort, tally));
        layouts = contents.map((acl) => layOut(acl, window, byPort ? change : onAllPorts(change), tally.full(acl)));
        if (layouts.every(({ steps }) => steps.length === 0)) return tally.report(layouts);
        outcome = 'done';
        for (const [i, acl] of contents.entries()) {
          const ended = await carryOut(client, acl.id, layouts[i]?.steps ?? [], tally);
          if (ended === 'disturbed') outcome = ended;
        }
      }
      if (outcome === 'disturbed') {
        throw new Error(`network ACL ${acls.join(', ')}: another writer changed it in each of ${MOST_ROUNDS} rounds`);
      }
      // Bans came and went in every round; a later run reads the ACL again.
      tally.note(await readNetworkAcls(client, acls));
      return tally.report(layouts);
    },
  };
}

/**
 * The number of bans that still fit. It is known only if each ban takes one entry, every number of
 * the window has effect (none lies behind an allow entry), and no quota below the window's capacity
 * was met.
 */
function partsOf(contents: readonly AclContent[], window: RuleWindow, byPort: boolean, tally: Tally): TargetParts {
  const isSure = (acl: AclContent): boolean =>
    tally.full(acl).size === 0 &&
    !acl.entries.some(({ action, ruleNumber }) => action === 'allow' && ruleNumber < window.first + window.capacity);
  const fullest = contents.reduce((most, acl) => Math.max(most, inWindow(acl, window).length), 0);
  const free = !byPort && contents.every(isSure) ? window.capacity - fullest : 0;
  return { of: (id) => `IPv${parseCidr(id)?.family}`, free };
}

function ruleWindow(first: number, capacity: number): RuleWindow {
  const last = first + capacity - 1;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MOST_CAPACITY) {
    throw new RangeError(`network ACL: a capacity of ${capacity} is not in 1 to ${MOST_CAPACITY}`);
  }
  if (!Number.isInteger(first) || first < 1 || last > HIGHEST_RULE) {
    throw new RangeError(`network ACL: rule numbers ${first} to ${last} are not in 1 to ${HIGHEST_RULE}`);
  }
  return { first, capacity };
}

function onAllPorts(change: TargetChange): TargetChange {
  return { ...change, present: change.present.map(({ id }) => ({ id, ports: 'all' })) };
}

/** Takes the steps until the ACL differs from what the plan was based on. */
async function carryOut(
  client: EC2Client,
  acl: string,
  steps: readonly AclStep[],
  tally: Tally,
): Promise<'done' | 'disturbed'> {
  for (const step of steps) {
    if (step.kind !== 'create') {
      const standing = step.kind === 'replace' ? step.instead : step.entry;
      if (!(await stillStands(client, acl, standing))) return 'disturbed';
    }
    const outcome = await takeStep(client, acl, step);
    if (outcome === 'full') tally.foundFull(acl, step.entry.range.family);
    if (outcome !== 'written') return 'disturbed';
    tally.took(acl, step);
  }
  return 'done';
}

async function stillStands(client: EC2Client, id: string, entry: AclEntry): Promise<boolean> {
  const [acl] = await readNetworkAcls(client, [id]);
  const now = acl?.entries.find(({ ruleNumber }) => ruleNumber === entry.ruleNumber);
  return now !== undefined && now.action === entry.action && isSame(now, entry);
}

/** What one call of converge read and wrote. */
class Tally {
  readonly #window: RuleWindow;
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #full = new Map<string, Set<4 | 6>>();
  readonly #written: (readonly [acl: string, id: string])[] = [];
  readonly #cleared: (readonly [acl: string, id: string])[] = [];
  #contents: readonly AclContent[] = [];

  constructor(window: RuleWindow) {
    this.#window = window;
  }

  note(contents: readonly AclContent[]): readonly AclContent[] {
    this.#contents = contents;
    for (const acl of contents) if (!this.#before.has(acl.id)) this.#before.set(acl.id, heldIds(acl, this.#window));
    return contents;
  }

  took(acl: string, step: AclStep): void {
    if (step.kind !== 'delete') this.#written.push([acl, idOf(step.entry)]);
    if (step.kind === 'replace') this.#cleared.push([acl, idOf(step.instead)]);
    if (step.kind === 'delete') this.#cleared.push([acl, idOf(step.entry)]);
  }

  foundFull(acl: string, family: 4 | 6): void {
    this.#full.set(acl, new Set([...(this.#full.get(acl) ?? []), family]));
  }

  full(acl: AclContent): ReadonlySet<4 | 6> {
    return this.#full.get(acl.id) ?? new Set();
  }

  report(layouts: readonly Layout[]): TargetReport {
    const after = new Map(this.#contents.map((acl) => [acl.id, heldIds(acl, this.#window)]));
    const added = this.#written.filter(([acl, id]) => after.get(acl)?.has(id) && !this.#before.get(acl)?.has(id));
    const removed = this.#cleared.filter(([acl, id]) => !after.get(acl)?.has(id) && this.#before.get(acl)?.has(id));
    const warnings = layouts.flatMap((layout) => layout.warnings);
    return {
      added: distinct(added.map(([, id]) => id)),
      removed: distinct(removed.map(([, id]) => id)),
      overflow: distinct(layouts.flatMap(({ overflow }) => overflow)),
      held: this.#contents.reduce((sum, acl) => sum + inWindow(acl, this.#window).length, 0),
      capacity: this.#contents.length * this.#window.capacity,
      ...(warnings.length > 0 && { warnings }),
    };
  }
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}
