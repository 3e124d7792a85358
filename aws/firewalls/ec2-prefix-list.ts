import {
  DescribeManagedPrefixListsCommand,
  type EC2Client,
  EC2ServiceException,
  GetManagedPrefixListEntriesCommand,
  type ManagedPrefixList,
  ModifyManagedPrefixListCommand,
} from '@aws-sdk/client-ec2';
import { type Cidr, formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import type { Clock } from '../../core/ports/clock.ts';

/**
 * Entries a ModifyManagedPrefixList call may name. AWS allows 100 additions and 100 removals
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html) and
 * refuses more than "100 entries per request"; 100 in all satisfies both readings.
 */
export const MOST_CHANGES = 100;

/**
 * A change takes a list seconds. After this time something is wrong with the list, and a later run
 * checks it again.
 */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

export interface PrefixListEntry {
  /** In the list's family: an IPv4-mapped range in an IPv6 list stays IPv6. */
  readonly range: Cidr;
  /** AWS's spelling, which a removal must repeat. */
  readonly cidr: string;
  readonly description: string | undefined;
}

/** One version of a customer-managed prefix list. */
export interface PrefixListContent {
  readonly id: string;
  readonly family: 4 | 6;
  readonly maxEntries: number;
  readonly version: number;
  readonly entries: readonly PrefixListEntry[];
}

/** The change of one call: at most {@link MOST_CHANGES} entries, and no entry in both lists. */
export interface PrefixListChange {
  readonly add: readonly { readonly range: Cidr; readonly description?: string | undefined }[];
  readonly remove: readonly PrefixListEntry[];
}

/**
 * Waits for a change in progress to end and reads the list: one Describe (more while it waits) and
 * one Get per hundred entries.
 *
 * @throws Error when the list is being deleted, stays in progress, or changes faster than it can be
 *   read; and EC2's own errors
 */
export async function readPrefixList(client: EC2Client, id: string, clock: Clock): Promise<PrefixListContent> {
  for (let tries = 0; tries < 5; tries++) {
    const list = await settled(client, id, clock);
    const entries = await entriesOf(client, list);
    if (entries) return { ...list, entries };
  }
  throw new Error(`prefix list ${id}: changed by another writer each time it was read`);
}

/**
 * Changes a list by one call, unless the list changed since `read`, and waits until the change is
 * complete.
 *
 * @returns the new content; `conflict`: read the list again and decide again. A lost answer is a
 *   conflict too, because the client's second try meets the version that the first try made.
 * @throws EC2ServiceException for anything else, `PrefixListMaxEntriesExceeded` and
 *   `RequestLimitExceeded` among them; Error when the change failed, for example where a resource
 *   that references the list has no room
 */
export async function modifyPrefixList(
  client: EC2Client,
  read: PrefixListContent,
  change: PrefixListChange,
  clock: Clock,
): Promise<PrefixListContent | 'conflict'> {
  try {
    await client.send(
      new ModifyManagedPrefixListCommand({
        PrefixListId: read.id,
        CurrentVersion: read.version,
        AddEntries: change.add.map(({ range, description }) => ({
          Cidr: formatWithPrefix(range),
          Description: description,
        })),
        RemoveEntries: change.remove.map(({ cidr }) => ({ Cidr: cidr })),
      }),
    );
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw error;
  }
  const now = await settled(client, read.id, clock);
  if (now.failure !== undefined) throw new Error(`prefix list ${read.id}: the change failed: ${now.failure}`);
  if (now.version !== read.version + 1) return 'conflict';
  return { ...now, entries: applied(read.entries, change) };
}

/**
 * Changes a list by several calls, each one complete before the next.
 *
 * @param changes in this order; each relies on those before it
 * @returns the new content; `conflict` when another writer changed the list before the last call:
 *   read it again and decide again
 */
export async function modifyInCalls(
  client: EC2Client,
  read: PrefixListContent,
  changes: Iterable<PrefixListChange>,
  clock: Clock,
): Promise<PrefixListContent | 'conflict'> {
  let list = read;
  for (const change of changes) {
    const next = await modifyPrefixList(client, list, change, clock);
    if (next === 'conflict') return next;
    list = next;
  }
  return list;
}

/**
 * Cuts a change of any size into calls: removals first, so that no version has more entries than
 * the larger of the first and the last. It fits lists whose entries do not depend on each other.
 */
export function* inCalls({ add, remove }: PrefixListChange): Generator<PrefixListChange> {
  for (let start = 0; start < remove.length + add.length; start += MOST_CHANGES) {
    const end = start + MOST_CHANGES;
    const from = (index: number) => Math.max(0, index - remove.length);
    yield { remove: remove.slice(start, end), add: add.slice(from(start), from(end)) };
  }
}

interface Settled extends Omit<PrefixListContent, 'entries'> {
  /** AWS's message when the last change failed. */
  readonly failure: string | undefined;
}

async function settled(client: EC2Client, id: string, clock: Clock): Promise<Settled> {
  let pause = FIRST_PAUSE_MS;
  for (let waited = 0; waited <= PATIENCE_MS; waited += pause) {
    if (waited > 0) pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    const { PrefixLists } = await client.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id] }));
    const list = PrefixLists?.[0];
    if (!list) throw new Error(`DescribeManagedPrefixLists ${id}: an answer without the list`);
    if (list.State?.startsWith('delete-')) throw new Error(`prefix list ${id} is being deleted (${list.State})`);
    if (!list.State?.endsWith('-in-progress')) return describe(list, id);
    await clock.sleep(pause);
  }
  throw new Error(`prefix list ${id}: a change is in progress for more than ${PATIENCE_MS / 1000} s`);
}

function describe(list: ManagedPrefixList, id: string): Settled {
  const { AddressFamily, MaxEntries, Version, State, StateMessage } = list;
  if (MaxEntries === undefined || Version === undefined) {
    throw new Error(`prefix list ${id} has no entries of its own to change: it is not customer-managed`);
  }
  const failure = State?.endsWith('-failed') ? (StateMessage ?? State) : undefined;
  return { id, family: AddressFamily === 'IPv6' ? 6 : 4, maxEntries: MaxEntries, version: Version, failure };
}

/** All pages of one version; `undefined` when AWS no longer has that version. */
async function entriesOf(client: EC2Client, list: Settled): Promise<readonly PrefixListEntry[] | undefined> {
  const entries: PrefixListEntry[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const answer = await client.send(
        new GetManagedPrefixListEntriesCommand({ PrefixListId: list.id, TargetVersion: list.version, NextToken }),
      );
      for (const { Cidr = '', Description } of answer.Entries ?? []) {
        entries.push({ cidr: Cidr, range: rangeOf(Cidr, list), description: Description });
      }
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name === 'InvalidParameterValue') return undefined;
    throw error;
  }
  return entries;
}

function rangeOf(text: string, { id, family }: Settled): Cidr {
  const range = parseCidr(text);
  if (!range) throw new Error(`GetManagedPrefixListEntries ${id}: ${text} is no range`);
  if (range.family === family) return range;
  return { family, network: (0xffffn << 32n) | range.network, prefix: range.prefix + 96 };
}

function applied(entries: readonly PrefixListEntry[], { add, remove }: PrefixListChange): readonly PrefixListEntry[] {
  const removed = new Set(remove.map(({ cidr }) => cidr));
  return [
    ...entries.filter(({ cidr }) => !removed.has(cidr)),
    ...add.map(({ range, description }) => ({ range, cidr: formatWithPrefix(range), description })),
  ];
}

/**
 * AWS also refuses the version before the current one as "not valid"
 * (https://github.com/pulumi/pulumi-aws/issues/1784).
 */
function isConflict(error: unknown): boolean {
  if (!(error instanceof EC2ServiceException)) return false;
  if (error.name === 'PrefixListVersionMismatch' || error.name === 'IncorrectState') return true;
  return error.name === 'InvalidParameterValue' && /\bversion\b/i.test(error.message);
}
