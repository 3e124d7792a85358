import type { EC2Client } from '@aws-sdk/client-ec2';
import { parseCidr } from '../../core/net/address.ts';
import type { BanTarget, TargetChange, TargetParts, TargetReport } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
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
  /** `acl-…`: each is to hold every ban. */
  readonly acls: readonly string[];
  /**
   * The first rule number of the window reserved for bans, 1 by default. What the ACL allows
   * belongs above the window.
   */
  readonly firstRule?: number | undefined;
  /**
   * Rule numbers in the window: 18 by default, which is what the quota of 20 leaves beside one
   * allowing entry and AWS's denial at the end; 38 at most.
   */
  readonly capacity?: number | undefined;
  /**
   * Deny the ports of the jails only, with an entry a range and protocol. By default a ban takes
   * one entry and denies everything.
   */
  readonly byPort?: boolean | undefined;
}

/**
 * The quota can be raised to 40 entries; one of them is AWS's denial at the end, and one is needed
 * to let anybody in.
 */
const MOST_CAPACITY = 38;
/** Rounds of looking, planning and writing, before the rest is left to the next run. */
const MOST_ROUNDS = 8;
/** Those of one may all rank before those of the other. */
const FAMILIES = 2;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Network ACLs as a place for bans: denials in a window of rule numbers, one entry a call.
 *
 * An ACL has no lock token: nobody is told that somebody else wrote since he looked. So after every
 * round of writes the ACL is read and the plan is asked again, until nothing is left to do. Whoever
 * writes last has then compared what stands there with the bans table afterwards. New entries take
 * free numbers, which AWS makes sure of. An entry is looked at again just before it is replaced or
 * deleted, so that what somebody put in its place is lost only if he did so in the instant between
 * the two calls.
 *
 * @throws RangeError for a window that can't be
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
        throw new Error(`network ACL ${acls.join(', ')}: somebody else keeps changing it, ${MOST_ROUNDS} rounds long`);
      }
      // Bans came and went all the while, and there is always a later run to look again.
      tally.note(await readNetworkAcls(client, acls));
      return tally.report(layouts);
    },
  };
}

/**
 * How many bans fit beside those that stand there can be said only where each takes one entry,
 * every number of the window is of use (none lies behind what is allowed), and no quota has shown
 * to be below the window's capacity.
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

/** Takes the steps until something is not as it was planned on. */
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

/** What one call of converge has seen and done. */
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
