/** The IP sets of an account: changes through the API, and changes by hand in the console. */

import { randomUUID } from 'node:crypto';
import { type IpAddressVersion, storedAddresses } from './wafv2-addresses.ts';
import { associatedItem, duplicateItem, nonexistentItem, optimisticLock, tooManyIpSets } from './wafv2-errors.ts';

export type IpSetScope = 'REGIONAL' | 'CLOUDFRONT';

export interface IpSet {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly scope: IpSetScope;
  readonly region: string;
  readonly ipAddressVersion: IpAddressVersion;
  readonly description: string | undefined;
  /** In the form GetIPSet returns. */
  readonly addresses: readonly string[];
  readonly lockToken: string;
  /** True while a rule refers to the set. */
  readonly associated: boolean;
}

interface NewIpSet {
  readonly name: string;
  readonly scope: IpSetScope;
  readonly ipAddressVersion: IpAddressVersion;
  readonly region?: string;
  readonly description?: string | undefined;
  readonly addresses?: readonly string[];
}

/** Changes outside the API: no rate limit, no lock token needed, and a new token after each. */
export interface IpSetsByHand {
  all(): readonly IpSet[];
  /** The set of this id or name (the first of that name). Throws when there is none. */
  get(idOrName: string): IpSet;
  create(set: NewIpSet): IpSet;
  /** Replaces the given members. CloudFormation writes `addresses: []` when it updates a set. */
  edit(
    idOrName: string,
    changes: { readonly addresses?: readonly string[]; readonly description?: string; readonly associated?: boolean },
  ): IpSet;
  /** A new lock token and nothing else: the effect of another writer's change to the same value. */
  touch(idOrName: string): IpSet;
  remove(idOrName: string): void;
}

/** The key of a set: WAF requires name, id and scope, and all must match. */
export interface IpSetKey {
  readonly name: string;
  readonly id: string;
  readonly scope: IpSetScope;
  readonly region: string;
}

export interface IpSets {
  readonly byHand: IpSetsByHand;
  /** Sets of a scope in a Region, in the order of creation. */
  list(scope: IpSetScope, region: string): readonly IpSet[];
  create(set: NewIpSet & { readonly region: string }): IpSet;
  find(key: IpSetKey): IpSet;
  /** Full replacement of addresses and description, if the token is still the set's. */
  update(
    key: IpSetKey & { readonly lockToken: string },
    contents: { readonly addresses: readonly string[]; readonly description: string | undefined },
  ): IpSet;
  remove(key: IpSetKey & { readonly lockToken: string }): void;
}

export function createIpSets(account: string, maxSets: number): IpSets {
  const sets = new Map<string, IpSet>();

  function save(set: Omit<IpSet, 'lockToken'>): IpSet {
    const saved = { ...set, lockToken: randomUUID() };
    sets.set(set.id, saved);
    return saved;
  }

  function list(scope: IpSetScope, region: string): readonly IpSet[] {
    return [...sets.values()].filter((set) => set.scope === scope && set.region === region);
  }

  function create(set: NewIpSet & { readonly region: string }): IpSet {
    const { name, scope, region, ipAddressVersion, description } = set;
    const neighbors = list(scope, region);
    if (neighbors.some((other) => other.name === name)) throw duplicateItem();
    if (neighbors.length >= maxSets) throw tooManyIpSets(maxSets);
    const addresses = storedAddresses(set.addresses ?? [], ipAddressVersion);
    const id = randomUUID();
    const part = scope === 'CLOUDFRONT' ? 'global' : 'regional';
    const arn = `arn:aws:wafv2:${region}:${account}:${part}/ipset/${name}/${id}`;
    return save({ id, name, arn, scope, region, ipAddressVersion, description, addresses, associated: false });
  }

  function find(key: IpSetKey): IpSet {
    const set = sets.get(key.id);
    const fits = set?.name === key.name && set.scope === key.scope && set.region === key.region;
    if (set === undefined || !fits) throw nonexistentItem();
    return set;
  }

  function findLocked(key: IpSetKey & { readonly lockToken: string }): IpSet {
    const set = find(key);
    if (set.lockToken !== key.lockToken) throw optimisticLock();
    return set;
  }

  return {
    byHand: handWork(sets, save, create),
    list,
    create,
    find,
    update(key, contents) {
      const set = findLocked(key);
      return save({
        ...set,
        addresses: storedAddresses(contents.addresses, set.ipAddressVersion),
        description: contents.description,
      });
    },
    remove(key) {
      const set = findLocked(key);
      if (set.associated) throw associatedItem();
      sets.delete(set.id);
    },
  };
}

function handWork(
  sets: Map<string, IpSet>,
  save: (set: Omit<IpSet, 'lockToken'>) => IpSet,
  create: (set: NewIpSet & { readonly region: string }) => IpSet,
): IpSetsByHand {
  function get(idOrName: string): IpSet {
    const set = sets.get(idOrName) ?? [...sets.values()].find((candidate) => candidate.name === idOrName);
    if (set === undefined) throw new Error(`no IP set ${idOrName}`);
    return set;
  }
  return {
    all: () => [...sets.values()],
    get,
    create: (set) => create({ region: 'us-east-1', ...set }),
    edit(idOrName, { addresses, ...rest }) {
      const set = get(idOrName);
      const stored = addresses === undefined ? set.addresses : storedAddresses(addresses, set.ipAddressVersion);
      return save({ ...set, ...rest, addresses: stored });
    },
    touch: (idOrName) => save(get(idOrName)),
    remove(idOrName) {
      sets.delete(get(idOrName).id);
    },
  };
}
