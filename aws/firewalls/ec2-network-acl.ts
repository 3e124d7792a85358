import {
  CreateNetworkAclEntryCommand,
  type CreateNetworkAclEntryCommandInput,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  EC2ServiceException,
  type NetworkAclEntry,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import { type Cidr, formatWithPrefix, parseCidr } from '../../core/net/address.ts';

/** The traffic that an entry matches. */
export interface AclTraffic {
  readonly range: Cidr;
  /** The protocol's number, `-1` for all. */
  readonly protocol: string;
  /** Present for tcp (6) and udp (17) only; both ends are included. */
  readonly ports: { readonly from: number; readonly to: number } | undefined;
}

/** An inbound entry. The entry with the lowest number that matches a packet decides. */
export interface AclEntry extends AclTraffic {
  readonly ruleNumber: number;
  readonly action: 'allow' | 'deny';
}

/** A network ACL as read. */
export interface AclContent {
  readonly id: string;
  /** Inbound entries by number, without AWS's own deny entry at the end. */
  readonly entries: readonly AclEntry[];
}

/** Numbers an entry can have (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html). */
export const HIGHEST_RULE = 32_766;

export type AclStep =
  /** Uses a free number. */
  | { readonly kind: 'create'; readonly entry: AclEntry }
  /** Puts an entry in the place of another in one step, so one of the two is always present. */
  | { readonly kind: 'replace'; readonly entry: AclEntry; readonly instead: AclEntry }
  | { readonly kind: 'delete'; readonly entry: AclEntry };

/**
 * How a step ended. `conflict`: another writer took or freed the number. `full`: the ACL has as
 * many entries of that family as the quota allows (20 unless raised, 40 at most,
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
 */
export type StepOutcome = 'written' | 'conflict' | 'full';

/**
 * Reads ACLs in the order of `ids`.
 *
 * @throws EC2ServiceException (`InvalidNetworkAclID.NotFound`, …)
 */
export async function readNetworkAcls(client: EC2Client, ids: readonly string[]): Promise<readonly AclContent[]> {
  const { NetworkAcls = [] } = await client.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [...ids] }));
  return ids.map((id) => {
    const acl = NetworkAcls.find(({ NetworkAclId }) => NetworkAclId === id);
    if (!acl?.Entries) throw new Error(`DescribeNetworkAcls: an answer without ${id}`);
    const entries = acl.Entries.flatMap((entry) => (entry.Egress ? [] : parseEntry(entry, id)));
    return { id, entries: entries.sort((a, b) => a.ruleNumber - b.ruleNumber) };
  });
}

/**
 * Takes a step. A network ACL has neither version nor lock token, so a replacement or deletion hits
 * whichever entry has the number by then.
 *
 * @throws EC2ServiceException for every other error, `RequestLimitExceeded` among them
 */
export async function takeStep(client: EC2Client, acl: string, step: AclStep): Promise<StepOutcome> {
  try {
    await send(client, acl, step);
    return 'written';
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    if (error.name === 'NetworkAclEntryAlreadyExists' || error.name === 'InvalidNetworkAclEntry.NotFound') {
      return 'conflict';
    }
    if (error.name === 'NetworkAclEntryLimitExceeded') return 'full';
    throw error;
  }
}

async function send(client: EC2Client, acl: string, { kind, entry }: AclStep): Promise<void> {
  if (kind === 'create') await client.send(new CreateNetworkAclEntryCommand(inputOf(acl, entry)));
  else if (kind === 'replace') await client.send(new ReplaceNetworkAclEntryCommand(inputOf(acl, entry)));
  else {
    const { ruleNumber } = entry;
    await client.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: acl, RuleNumber: ruleNumber, Egress: false }));
  }
}

function inputOf(acl: string, entry: AclEntry): CreateNetworkAclEntryCommandInput {
  const cidr = formatWithPrefix(entry.range);
  return {
    NetworkAclId: acl,
    RuleNumber: entry.ruleNumber,
    Egress: false,
    RuleAction: entry.action,
    Protocol: entry.protocol,
    ...(entry.range.family === 4 ? { CidrBlock: cidr } : { Ipv6CidrBlock: cidr }),
    ...(entry.ports && { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
  };
}

function parseEntry(entry: NetworkAclEntry, id: string): AclEntry[] {
  const { RuleNumber = 0, RuleAction, Protocol = '', PortRange, CidrBlock, Ipv6CidrBlock } = entry;
  if (RuleNumber > HIGHEST_RULE) return [];
  const range = rangeOf(CidrBlock, Ipv6CidrBlock);
  if (!range) throw new Error(`DescribeNetworkAcls ${id}: entry ${RuleNumber} has no range`);
  const { From, To } = PortRange ?? {};
  const ports = From === undefined || To === undefined ? undefined : { from: From, to: To };
  return [
    { ruleNumber: RuleNumber, action: RuleAction === 'allow' ? 'allow' : 'deny', range, protocol: Protocol, ports },
  ];
}

/**
 * An IPv6 entry stays IPv6, even where its address is IPv4-mapped: it never matches IPv4 packets.
 */
function rangeOf(ipv4: string | undefined, ipv6: string | undefined): Cidr | undefined {
  const range = parseCidr(ipv6 ?? ipv4 ?? '');
  if (range?.family !== 4 || ipv6 === undefined) return range;
  return { family: 6, network: (0xffffn << 32n) | range.network, prefix: range.prefix + 96 };
}
