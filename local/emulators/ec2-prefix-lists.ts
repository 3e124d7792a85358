/**
 * Customer-managed prefix lists: versions, compare-and-swap, and a while in `modify-in-progress`
 * after each change.
 */

import { randomBytes } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import {
  canonicalCidr,
  filtered,
  invalidValue,
  optionalInteger,
  optionalText,
  type Parameters,
  page,
  structures,
  text,
  texts,
} from './ec2-parameters.ts';
import type { Ec2Answer } from './ec2-query-server.ts';
import { ServiceError } from './service-error.ts';
import type { XmlValue } from './xml.ts';

interface PrefixListEntry {
  readonly cidr: string;
  readonly description?: string | undefined;
}

interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly addressFamily: 'IPv4' | 'IPv6';
  readonly maxEntries: number;
  readonly version: number;
  readonly entries: readonly PrefixListEntry[];
  readonly state: 'create-complete' | 'modify-in-progress' | 'modify-complete';
}

/** The console's view: no API call, no log entry, complete at once. */
export interface PrefixListsByHand {
  create(list: {
    /** A missing id is generated. */
    readonly id?: string;
    readonly name: string;
    readonly addressFamily: 'IPv4' | 'IPv6';
    readonly maxEntries: number;
    readonly entries?: readonly PrefixListEntry[];
    readonly region?: string;
  }): PrefixList;
  /** Throws when there is none. */
  get(id: string): PrefixList;
  /** Replaces the entries, as the next version. */
  edit(id: string, entries: readonly PrefixListEntry[]): PrefixList;
}

export interface PrefixLists {
  readonly byHand: PrefixListsByHand;
  readonly operations: Readonly<Record<string, (call: AwsCall) => Ec2Answer>>;
  /** The list as a Region's callers see it now; throws InvalidPrefixListID.NotFound. */
  find(id: string, region: string): PrefixList;
}

/** A list, and its next state at `at` (milliseconds). */
interface Stored {
  readonly list: PrefixList;
  readonly next?: { readonly list: PrefixList; readonly at: number };
}

/** VPC API reference: entries a Create or Modify call. */
const MAX_CHANGES = 100;

/** `modifyMs`: how long a change stays in progress. */
export function createPrefixLists(now: () => number, modifyMs: number): PrefixLists {
  const stored = new Map<string, Stored>();

  function current({ list, next }: Stored): PrefixList {
    if (next === undefined) return list;
    return now() >= next.at ? next.list : { ...list, state: 'modify-in-progress' };
  }

  function byHand(id: string): PrefixList {
    const entry = stored.get(id);
    if (entry === undefined) throw new Error(`no prefix list ${id}`);
    return current(entry);
  }

  function find(id: string, region: string): PrefixList {
    const entry = stored.get(id);
    if (entry?.list.region !== region) {
      throw new ServiceError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
    }
    return current(entry);
  }

  function set(list: PrefixList): PrefixList {
    stored.set(list.id, { list });
    return list;
  }

  return {
    find,
    byHand: {
      create({ id = `pl-0${randomBytes(8).toString('hex')}`, region = 'us-east-1', entries = [], ...list }) {
        return set({ ...list, id, region, entries, version: 1, state: 'create-complete' });
      },
      get: byHand,
      edit(id, entries) {
        const list = byHand(id);
        return set({ ...list, entries, version: list.version + 1, state: 'modify-complete' });
      },
    },
    operations: {
      DescribeManagedPrefixLists({ input, region }) {
        const ids = texts(input, 'PrefixListId');
        const all = [...stored.values()].map(current).filter((list) => list.region === region);
        const wanted = ids.length === 0 ? all : ids.map((id) => find(id, region));
        const chosen = filtered(wanted, input, {
          'prefix-list-id': (list) => list.id,
          'prefix-list-name': (list) => list.name,
          'owner-id': () => OWNER,
        });
        const { items, nextToken } = page(chosen, input, [1, 100]);
        return { prefixListSet: items.map(describe), nextToken };
      },
      GetManagedPrefixListEntries({ input, region }) {
        const list = find(text(input, 'PrefixListId'), region);
        const target = optionalInteger(input, 'TargetVersion') ?? list.version;
        if (target !== list.version) {
          throw invalidValue('targetVersion', String(target), `This emulator keeps version ${list.version} alone.`);
        }
        const { items, nextToken } = page(list.entries, input, [1, 100]);
        return { entrySet: items.map(({ cidr, description }) => ({ cidr, description })), nextToken };
      },
      ModifyManagedPrefixList({ input, region }) {
        const list = find(text(input, 'PrefixListId'), region);
        const modified = modify(list, input);
        const next = { list: { ...modified, state: 'modify-complete' } as const, at: now() + modifyMs };
        stored.set(list.id, { list, next });
        // AWS answers with the version before the change: the new version counts when it is
        // complete.
        return { prefixList: describe({ ...list, state: 'modify-in-progress' }) };
      },
    },
  };
}

function modify(list: PrefixList, input: Parameters): PrefixList {
  const adds = structures(input, 'AddEntry').map((entry) => parseEntry(entry, list));
  const removes = structures(input, 'RemoveEntry').map((entry) => text(entry, 'Cidr'));
  const maxEntries = optionalInteger(input, 'MaxEntries');
  const version = optionalInteger(input, 'CurrentVersion');
  if (list.state === 'modify-in-progress') {
    throw new ServiceError('IncorrectState', `The prefix list (${list.id}) is in the state modify-in-progress.`);
  }
  if (adds.length > MAX_CHANGES || removes.length > MAX_CHANGES) {
    throw new ServiceError(
      'InvalidParameterValue',
      `The number of entries per request cannot exceeds limit (${MAX_CHANGES}).`,
    );
  }
  if (version !== undefined && version !== list.version) {
    throw new ServiceError('PrefixListVersionMismatch', 'The prefix list has the incorrect version number.');
  }
  const name = optionalText(input, 'PrefixListName') ?? list.name;
  if (adds.length + removes.length === 0) return resize({ ...list, name }, maxEntries);
  if (maxEntries !== undefined) {
    throw new ServiceError(
      'InvalidParameterCombination',
      'You cannot modify the entries and the maximum entries for the prefix list in the same request.',
    );
  }
  return { ...list, name, entries: changed(list, adds, removes), version: list.version + 1 };
}

function resize(list: PrefixList, maxEntries = list.maxEntries): PrefixList {
  if (maxEntries < list.entries.length) throw tooMany();
  return { ...list, maxEntries };
}

/**
 * AWS does not document the result of adding a present range, of removing a missing one, or of both
 * for one range. The emulator refuses them, so that callers must send exact differences, which are
 * right in any case.
 */
function changed(
  list: PrefixList,
  adds: readonly PrefixListEntry[],
  removes: readonly string[],
): readonly PrefixListEntry[] {
  const entries = new Map(list.entries.map((entry) => [entry.cidr, entry]));
  const touched = [...adds.map((entry) => entry.cidr), ...removes];
  if (new Set(touched).size < touched.length) throw badChange('a range is named twice');
  for (const cidr of removes) if (!entries.delete(cidr)) throw badChange(`${cidr} is not in the list`);
  for (const entry of adds) {
    if (entries.has(entry.cidr)) throw badChange(`${entry.cidr} is in the list already`);
    entries.set(entry.cidr, entry);
  }
  if (entries.size > list.maxEntries) throw tooMany();
  return [...entries.values()];
}

/**
 * Refuses a block whose host bits are set, which AWS documents for security groups only to
 * canonicalize.
 */
function parseEntry(entry: Parameters, { addressFamily }: PrefixList): PrefixListEntry {
  const cidr = text(entry, 'Cidr');
  const block = canonicalCidr(cidr);
  if (block?.cidr !== cidr || block.family !== addressFamily) {
    throw invalidValue('Cidr', cidr, `It must be a canonical ${addressFamily} CIDR block.`);
  }
  const description = optionalText(entry, 'Description');
  if (description !== undefined && description.length > 255) {
    throw invalidValue('Description', description, 'It must have at most 255 characters.');
  }
  return { cidr, description };
}

const OWNER = '123456789012';

function describe(list: PrefixList): XmlValue {
  const { id, region, name: prefixListName, addressFamily, maxEntries, version, state } = list;
  const prefixListArn = `arn:aws:ec2:${region}:${OWNER}:prefix-list/${id}`;
  const identity = { prefixListId: id, prefixListArn, prefixListName, ownerId: OWNER };
  return { ...identity, addressFamily, maxEntries, version, state, tagSet: [] };
}

function tooMany(): ServiceError {
  return new ServiceError(
    'PrefixListMaxEntriesExceeded',
    "You've reached the maximum number of entries for the prefix list.",
  );
}

function badChange(why: string): ServiceError {
  return new ServiceError('InvalidPrefixListModification', `The prefix list cannot be modified: ${why}.`);
}
