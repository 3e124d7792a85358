import {
  DescribeAddressesCommand,
  type EC2Client,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import type { OwnRanges } from '../core/ports/own-ranges.ts';

const PAGE = 1000;

/**
 * The ranges an account uses in the client's Region: every CIDR block of its VPCs, its elastic
 * addresses (in use or not), and the public addresses on its network interfaces. The latter belong
 * to servers without an elastic address, to NAT gateways and to load balancers.
 */
export function ec2OwnRanges(client: EC2Client): OwnRanges {
  async function vpcs(): Promise<readonly string[]> {
    const blocks: (string | undefined)[] = [];
    for await (const page of paginateDescribeVpcs({ client, pageSize: PAGE }, {})) {
      for (const vpc of page.Vpcs ?? []) {
        // A block that is being removed may still be in use for a moment, so it is protected while
        // it is listed.
        blocks.push(vpc.CidrBlock);
        blocks.push(...(vpc.CidrBlockAssociationSet ?? []).map((block) => block.CidrBlock));
        blocks.push(...(vpc.Ipv6CidrBlockAssociationSet ?? []).map((block) => block.Ipv6CidrBlock));
      }
    }
    return blocks.filter((block) => block !== undefined);
  }

  async function elasticAddresses(): Promise<readonly string[]> {
    // DescribeAddresses has no pages: it takes no MaxResults and returns all addresses.
    const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
    return Addresses.flatMap(({ PublicIp, CarrierIp }) => [PublicIp, CarrierIp]).filter((ip) => ip !== undefined);
  }

  async function publicAddresses(): Promise<readonly string[]> {
    const found: (string | undefined)[] = [];
    for await (const page of paginateDescribeNetworkInterfaces({ client, pageSize: PAGE }, {})) {
      for (const { Association, PrivateIpAddresses = [] } of page.NetworkInterfaces ?? []) {
        found.push(Association?.PublicIp, ...PrivateIpAddresses.map((address) => address.Association?.PublicIp));
      }
    }
    return found.filter((ip) => ip !== undefined);
  }

  return {
    async read() {
      const [blocks, elastic, onInterfaces] = await Promise.all([vpcs(), elasticAddresses(), publicAddresses()]);
      return [...blocks, ...elastic, ...onInterfaces];
    },
  };
}
