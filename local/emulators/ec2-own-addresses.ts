/**
 * The addresses an account uses itself: VPCs and their blocks, elastic addresses, public addresses
 * on network interfaces. Read-only.
 */

import { randomBytes } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import { page } from './ec2-parameters.ts';
import type { Ec2Answer } from './ec2-query-server.ts';
import type { XmlValue } from './xml.ts';

interface InRegion {
  readonly region?: string;
}

/** The console's view: no API call, no log entry. */
export interface OwnAddressesByHand {
  /** A VPC; the first IPv4 block is its primary one. */
  addVpc(vpc: { readonly ipv4: readonly [string, ...string[]]; readonly ipv6?: readonly string[] } & InRegion): void;
  /** An elastic address, in use or not. */
  allocate(address: { readonly publicIp: string } & InRegion): void;
  release(publicIp: string): void;
  /**
   * A network interface with a public address that is not elastic, on its first private address,
   * and perhaps others on further ones.
   */
  attach(networkInterface: { readonly publicIps: readonly string[] } & InRegion): void;
}

export interface OwnAddresses {
  readonly byHand: OwnAddressesByHand;
  readonly operations: Readonly<Record<string, (call: AwsCall) => Ec2Answer>>;
}

interface Listed {
  readonly region: string;
  readonly item: XmlValue;
}

/** EC2 API reference, DescribeVpcs and DescribeNetworkInterfaces: MaxResults. */
const PAGE_SIZES = [5, 1000] as const;

export function createOwnAddresses(): OwnAddresses {
  const vpcs: Listed[] = [];
  const interfaces: Listed[] = [];
  const elastic = new Map<string, Listed>();

  const inRegion = (listed: Iterable<Listed>, region: string): readonly XmlValue[] =>
    [...listed].filter((one) => one.region === region).map(({ item }) => item);

  return {
    byHand: {
      addVpc({ ipv4, ipv6 = [], region = 'us-east-1' }) {
        vpcs.push({ region, item: vpcItem(ipv4, ipv6) });
      },
      allocate({ publicIp, region = 'us-east-1' }) {
        elastic.set(publicIp, { region, item: { publicIp, allocationId: id('eipalloc'), domain: 'vpc' } });
      },
      release: (publicIp) => void elastic.delete(publicIp),
      attach({ publicIps, region = 'us-east-1' }) {
        interfaces.push({ region, item: interfaceItem(publicIps) });
      },
    },
    operations: {
      DescribeVpcs({ input, region }) {
        const { items, nextToken } = page(inRegion(vpcs, region), input, PAGE_SIZES);
        return { vpcSet: items, nextToken };
      },
      // The one of the three without pages.
      DescribeAddresses: ({ region }) => ({ addressesSet: inRegion(elastic.values(), region) }),
      DescribeNetworkInterfaces({ input, region }) {
        const { items, nextToken } = page(inRegion(interfaces, region), input, PAGE_SIZES);
        return { networkInterfaceSet: items, nextToken };
      },
    },
  };
}

function vpcItem(ipv4: readonly [string, ...string[]], ipv6: readonly string[]): XmlValue {
  const associated = { state: 'associated' };
  return {
    vpcId: id('vpc'),
    state: 'available',
    cidrBlock: ipv4[0],
    cidrBlockAssociationSet: ipv4.map((cidrBlock) => ({
      associationId: id('vpc-cidr-assoc'),
      cidrBlock,
      cidrBlockState: associated,
    })),
    ipv6CidrBlockAssociationSet: ipv6.map((ipv6CidrBlock) => ({
      associationId: id('vpc-cidr-assoc'),
      ipv6CidrBlock,
      ipv6CidrBlockState: associated,
    })),
  };
}

function interfaceItem(publicIps: readonly string[]): XmlValue {
  const privateAddresses = publicIps.map((publicIp, i) => ({
    privateIpAddress: `10.0.0.${i + 4}`,
    primary: i === 0,
    association: { publicIp, ipOwnerId: 'amazon' },
  }));
  return {
    networkInterfaceId: id('eni'),
    association: privateAddresses[0]?.association,
    privateIpAddressesSet: privateAddresses,
  };
}

function id(kind: string): string {
  return `${kind}-0${randomBytes(8).toString('hex')}`;
}
