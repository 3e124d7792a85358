/** The IpPermissions of a request as single rules: one for each source. */

import {
  type CidrBlock,
  canonicalCidr,
  invalidValue,
  optionalInteger,
  optionalText,
  type Parameters,
  structures,
  text,
} from './ec2-parameters.ts';
import { ServiceError } from './service-error.ts';

export type RuleSource =
  | { readonly kind: 'cidr'; readonly block: CidrBlock }
  | { readonly kind: 'prefix-list'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string };

export interface IngressRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** ICMP type for ICMP; -1 for all. */
  readonly fromPort: number;
  /** ICMP code for ICMP; -1 for all. */
  readonly toPort: number;
  readonly source: RuleSource;
  readonly description?: string | undefined;
}

/**
 * The rules of a request, in its order; CIDR blocks in canonical form. Throws MissingParameter when
 * it names none.
 */
export function parsePermissions(input: Parameters): readonly IngressRule[] {
  const permissions = structures(input, 'IpPermissions');
  const rules = permissions.length > 0 ? permissions.flatMap(rulesOf) : flatRule(input);
  if (rules.length === 0) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter ipPermissions');
  }
  return rules;
}

/** True for rules of the same protocol, ports and source: descriptions make no difference. */
export function sameRule(a: IngressRule, b: IngressRule): boolean {
  const same = a.protocol === b.protocol && a.fromPort === b.fromPort && a.toPort === b.toPort;
  return same && a.source.kind === b.source.kind && peerOf(a.source) === peerOf(b.source);
}

/** The source as error messages name it. */
export function peerOf(source: RuleSource): string {
  return source.kind === 'cidr' ? source.block.cidr : source.id;
}

function rulesOf(permission: Parameters): readonly IngressRule[] {
  const base = parseBase(permission);
  const sources = [
    ...structures(permission, 'IpRanges').map((range) => cidrSource(range, 'CidrIp', 'IPv4')),
    ...structures(permission, 'Ipv6Ranges').map((range) => cidrSource(range, 'CidrIpv6', 'IPv6')),
    ...structures(permission, 'PrefixListIds').map((list) => named(list, 'prefix-list', text(list, 'PrefixListId'))),
    ...structures(permission, 'Groups').map((group) => named(group, 'group', text(group, 'GroupId'))),
  ];
  return sources.map((source) => ({ ...base, ...source }));
}

/** A request may also name one rule with an IPv4 range and no IpPermissions. */
function flatRule(input: Parameters): readonly IngressRule[] {
  if (optionalText(input, 'CidrIp') === undefined) return [];
  return [{ ...parseBase(input), ...cidrSource(input, 'CidrIp', 'IPv4') }];
}

const PROTOCOL_NAMES: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
const NAMED_PROTOCOLS = new Set(Object.values(PROTOCOL_NAMES));

function parseBase(permission: Parameters): Pick<IngressRule, 'protocol' | 'fromPort' | 'toPort'> {
  const given = text(permission, 'IpProtocol').toLowerCase();
  const protocol = PROTOCOL_NAMES[given] ?? given;
  if (!NAMED_PROTOCOLS.has(protocol)) {
    if (!/^(?:-1|\d{1,3})$/.test(protocol)) throw invalidValue('ipProtocol', given, 'Unknown protocol.');
    // Ports are ignored for other protocols: all of them are open.
    return { protocol, fromPort: -1, toPort: -1 };
  }
  const fromPort = optionalInteger(permission, 'FromPort');
  const toPort = optionalInteger(permission, 'ToPort');
  if (fromPort === undefined || toPort === undefined) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameters fromPort and toPort');
  }
  const badRange = fromPort < 0 || toPort > 65_535 || fromPort > toPort;
  if ((protocol === 'tcp' || protocol === 'udp') && badRange) {
    throw invalidValue('portRange', `${fromPort}-${toPort}`, 'Invalid port range.');
  }
  return { protocol, fromPort, toPort };
}

type SourceWithDescription = Pick<IngressRule, 'source' | 'description'>;

function cidrSource(range: Parameters, name: string, family: 'IPv4' | 'IPv6'): SourceWithDescription {
  const given = text(range, name);
  const block = canonicalCidr(given);
  if (block?.family !== family) throw new ServiceError('InvalidParameterValue', `CIDR block ${given} is malformed`);
  return { source: { kind: 'cidr', block }, description: optionalText(range, 'Description') };
}

function named(reference: Parameters, kind: 'prefix-list' | 'group', id: string): SourceWithDescription {
  return { source: { kind, id }, description: optionalText(reference, 'Description') };
}
