/**
 * Network ACLs: numbered entries, few of them (VPC user guide, "Amazon VPC quotas": Network ACLs).
 */

import { randomBytes } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import {
  type CidrBlock,
  canonicalCidr,
  filtered,
  integer,
  invalidValue,
  optionalInteger,
  optionalText,
  type Parameters,
  page,
  structure,
  text,
  texts,
} from './ec2-parameters.ts';
import type { Ec2Answer } from './ec2-query-server.ts';
import { ServiceError } from './service-error.ts';
import type { XmlValue } from './xml.ts';

interface NetworkAclEntry {
  /**
   * 1 to 32766; the default denials are 32767 (IPv4) and 32768 (IPv6). Numbers are unique in a
   * direction.
   */
  readonly ruleNumber: number;
  readonly egress: boolean;
  /** Protocol number, `-1` for all. */
  readonly protocol: string;
  readonly ruleAction: 'allow' | 'deny';
  readonly block: CidrBlock;
  readonly ports?: { readonly from: number; readonly to: number } | undefined;
  readonly icmp?: { readonly type: number; readonly code: number } | undefined;
}

interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly region: string;
  /** In order of direction (ingress first) and rule number, default denials included. */
  readonly entries: readonly NetworkAclEntry[];
}

/** The console's view: no API call, no log entry. */
export interface NetworkAclsByHand {
  /**
   * An ACL with the default denials, and by AWS's default an allow-all entry 100 (IPv4) and 101
   * (IPv6) each way. Without an id it gets one.
   */
  create(acl?: {
    readonly id?: string;
    readonly region?: string;
    readonly vpcId?: string;
    readonly allowAll?: boolean;
  }): NetworkAcl;
  /** Throws when there is none. */
  get(id: string): NetworkAcl;
  /** Replaces the entry with the same number and direction, if any. */
  put(id: string, entry: Omit<NetworkAclEntry, 'block'> & { readonly cidr: string }): void;
  remove(id: string, ruleNumber: number, egress?: boolean): void;
}

export interface NetworkAcls {
  readonly byHand: NetworkAclsByHand;
  readonly operations: Readonly<Record<string, (call: AwsCall) => Ec2Answer>>;
}

const LAST_RULE_NUMBER = 32_766;
const DONE: Ec2Answer = { return: true };

function newId(): string {
  return `acl-0${randomBytes(8).toString('hex')}`;
}

/**
 * `maxEntries` counts a direction and family, the default denial included: 20, or up to 40 when
 * raised.
 */
export function createNetworkAcls(maxEntries: number): NetworkAcls {
  const acls = new Map<string, NetworkAcl>();

  function find(call: AwsCall): NetworkAcl {
    const id = text(call.input, 'NetworkAclId');
    const acl = acls.get(id);
    if (acl?.region !== call.region) throw notFound(id);
    return acl;
  }

  function save(acl: NetworkAcl, entries: readonly NetworkAclEntry[]): Ec2Answer {
    const order = (entry: NetworkAclEntry) => (entry.egress ? 100_000 : 0) + entry.ruleNumber;
    acls.set(acl.id, { ...acl, entries: [...entries].sort((a, b) => order(a) - order(b)) });
    return DONE;
  }

  return {
    byHand: {
      create({ id = newId(), region = 'us-east-1', vpcId = 'vpc-0a1b2c3d4e5f60718', allowAll = true } = {}) {
        const acl = { id, vpcId, region, entries: [] };
        save(acl, defaultEntries(allowAll));
        return existing(acls, acl.id);
      },
      get: (id) => existing(acls, id),
      put(id, { cidr, ...entry }) {
        const block = canonicalCidr(cidr);
        if (block === undefined) throw new Error(`${cidr} is no CIDR block`);
        const acl = existing(acls, id);
        save(acl, [...without(acl, entry), { ...entry, block }]);
      },
      remove(id, ruleNumber, egress = false) {
        const acl = existing(acls, id);
        save(acl, without(acl, { ruleNumber, egress }));
      },
    },
    operations: {
      DescribeNetworkAcls({ input, region }) {
        const ids = texts(input, 'NetworkAclId');
        const missing = ids.find((id) => acls.get(id)?.region !== region);
        if (missing !== undefined) throw notFound(missing);
        const wanted = [...acls.values()].filter(
          (acl) => acl.region === region && (ids.length === 0 || ids.includes(acl.id)),
        );
        const chosen = filtered(wanted, input, { 'network-acl-id': (acl) => acl.id, 'vpc-id': (acl) => acl.vpcId });
        const { items, nextToken } = page(chosen, input, [5, 1000]);
        return { networkAclSet: items.map(describe), nextToken };
      },
      CreateNetworkAclEntry(call) {
        const acl = find(call);
        const entry = parseEntry(call.input);
        if (indexOf(acl, entry) >= 0) {
          throw new ServiceError(
            'NetworkAclEntryAlreadyExists',
            `The network acl entry identified by ${entry.ruleNumber} already exists.`,
          );
        }
        return save(acl, within(maxEntries, entry, [...acl.entries, entry]));
      },
      ReplaceNetworkAclEntry(call) {
        const acl = find(call);
        const entry = parseEntry(call.input);
        if (indexOf(acl, entry) < 0) throw noEntry(entry);
        return save(acl, within(maxEntries, entry, [...without(acl, entry), entry]));
      },
      DeleteNetworkAclEntry(call) {
        const acl = find(call);
        const key = parseKey(call.input);
        if (indexOf(acl, key) < 0) throw noEntry(key);
        return save(acl, without(acl, key));
      },
    },
  };
}

type EntryKey = Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>;

function existing(acls: ReadonlyMap<string, NetworkAcl>, id: string): NetworkAcl {
  const acl = acls.get(id);
  if (acl === undefined) throw new Error(`no network ACL ${id}`);
  return acl;
}

function defaultEntries(allowAll: boolean): NetworkAclEntry[] {
  const all = [
    { cidr: '0.0.0.0/0', family: 'IPv4', number: 0 },
    { cidr: '::/0', family: 'IPv6', number: 1 },
  ] as const;
  return [false, true].flatMap((egress) =>
    all.flatMap(({ number, ...block }) => {
      const rest = { egress, protocol: '-1', block };
      const deny = { ...rest, ruleNumber: LAST_RULE_NUMBER + 1 + number, ruleAction: 'deny' } as const;
      return allowAll ? [{ ...rest, ruleNumber: 100 + number, ruleAction: 'allow' } as const, deny] : [deny];
    }),
  );
}

function indexOf(acl: NetworkAcl, { ruleNumber, egress }: EntryKey): number {
  return acl.entries.findIndex((entry) => entry.ruleNumber === ruleNumber && entry.egress === egress);
}

function without(acl: NetworkAcl, key: EntryKey): readonly NetworkAclEntry[] {
  const index = indexOf(acl, key);
  return acl.entries.filter((_entry, i) => i !== index);
}

function within(
  limit: number,
  entry: NetworkAclEntry,
  entries: readonly NetworkAclEntry[],
): readonly NetworkAclEntry[] {
  const { egress, block } = entry;
  const count = entries.filter((other) => other.egress === egress && other.block.family === block.family).length;
  if (count <= limit) return entries;
  throw new ServiceError('NetworkAclEntryLimitExceeded', 'The maximum number of network acl entries has been reached.');
}

function parseKey(input: Parameters): EntryKey {
  const ruleNumber = integer(input, 'RuleNumber');
  if (ruleNumber < 1 || ruleNumber > LAST_RULE_NUMBER) {
    throw invalidValue('ruleNumber', String(ruleNumber), `It must be between 1 and ${LAST_RULE_NUMBER}.`);
  }
  return { ruleNumber, egress: optionalText(input, 'Egress') === 'true' };
}

function parseEntry(input: Parameters): NetworkAclEntry {
  const ruleAction = text(input, 'RuleAction');
  if (ruleAction !== 'allow' && ruleAction !== 'deny')
    throw invalidValue('ruleAction', ruleAction, 'It must be allow or deny.');
  const protocol = text(input, 'Protocol');
  if (!/^(?:-1|\d{1,3})$/.test(protocol)) throw invalidValue('protocol', protocol, 'Unknown protocol.');
  const block = parseBlock(input);
  // Ports and ICMP types count for their protocols only; the API ignores them for others.
  const ports = protocol === '6' || protocol === '17' ? parsePorts(input) : undefined;
  const icmp = protocol === '1' || (protocol === '58' && block.family === 'IPv6') ? parseIcmp(input) : undefined;
  return { ...parseKey(input), protocol, ruleAction, block, ports, icmp };
}

function parseBlock(input: Parameters): CidrBlock {
  const ipv6 = optionalText(input, 'Ipv6CidrBlock');
  const given = ipv6 ?? text(input, 'CidrBlock');
  const block = canonicalCidr(given);
  if (block?.family !== (ipv6 === undefined ? 'IPv4' : 'IPv6')) {
    const parameter = ipv6 === undefined ? 'cidrBlock' : 'ipv6CidrBlock';
    throw invalidValue(parameter, given, 'This is not a valid CIDR block.');
  }
  return block;
}

function parsePorts(input: Parameters): { from: number; to: number } {
  const range = structure(input, 'PortRange') ?? {};
  const from = integer(range, 'From');
  const to = integer(range, 'To');
  if (from < 0 || to > 65_535 || from > to) throw invalidValue('portRange', `${from}-${to}`, 'Invalid port range.');
  return { from, to };
}

function parseIcmp(input: Parameters): { type: number; code: number } {
  const icmp = structure(input, 'Icmp') ?? {};
  return { type: integer(icmp, 'Type'), code: optionalInteger(icmp, 'Code') ?? -1 };
}

function describe(acl: NetworkAcl): XmlValue {
  const entrySet = acl.entries.map(({ block, ports, icmp, ...entry }) => ({
    ...entry,
    ...(block.family === 'IPv4' ? { cidrBlock: block.cidr } : { ipv6CidrBlock: block.cidr }),
    portRange: ports,
    icmpTypeCode: icmp,
  }));
  const { id: networkAclId, vpcId } = acl;
  return { networkAclId, vpcId, default: false, entrySet, associationSet: [], tagSet: [], ownerId: '123456789012' };
}

function notFound(id: string): ServiceError {
  return new ServiceError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
}

function noEntry({ ruleNumber, egress }: EntryKey): ServiceError {
  const direction = egress ? 'egress' : 'ingress';
  return new ServiceError(
    'InvalidNetworkAclEntry.NotFound',
    `The specified network ACL entry (${direction}, rule number ${ruleNumber}) does not exist.`,
  );
}
