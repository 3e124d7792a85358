import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ec2OwnRanges } from '../../aws/ec2-own-ranges.ts';
import { type Ec2, startEc2 } from '../../local/emulators/ec2.ts';

let ec2: Ec2;
let client: EC2Client;

beforeEach(async () => {
  ec2 = await startEc2();
  client = new EC2Client({
    endpoint: ec2.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });
});
afterEach(async () => {
  client.destroy();
  await ec2.close();
});

const sorted = async () => [...new Set(await ec2OwnRanges(client).read())].sort();

describe('what an account uses in EC2', () => {
  it('is nothing in an empty account', async () => {
    expect(await sorted()).toEqual([]);
  });

  it('is every block of its VPCs, its elastic addresses, and the public addresses of its interfaces, in this Region', async () => {
    ec2.ownAddresses.addVpc({ ipv4: ['10.0.0.0/16', '44.1.0.0/24'], ipv6: ['2600:1f18:4::/56', '2600:1f18:5::/56'] });
    ec2.ownAddresses.addVpc({ ipv4: ['172.31.0.0/16'] });
    ec2.ownAddresses.addVpc({ ipv4: ['10.9.0.0/16'], region: 'eu-west-1' });
    ec2.ownAddresses.allocate({ publicIp: '44.2.0.1' });
    ec2.ownAddresses.allocate({ publicIp: '44.2.0.2', region: 'eu-west-1' });
    ec2.ownAddresses.attach({ publicIps: ['44.3.0.1', '44.3.0.2'] });
    ec2.ownAddresses.attach({ publicIps: [] });
    expect(await sorted()).toEqual([
      '10.0.0.0/16',
      '172.31.0.0/16',
      '2600:1f18:4::/56',
      '2600:1f18:5::/56',
      '44.1.0.0/24',
      '44.2.0.1',
      '44.3.0.1',
      '44.3.0.2',
    ]);
  });

  it('is read to the last page', async () => {
    const count = 2100;
    for (let i = 0; i < count; i++) ec2.ownAddresses.attach({ publicIps: [`44.${i >> 8}.${i & 255}.1`] });
    for (let i = 0; i < 1001; i++) ec2.ownAddresses.addVpc({ ipv4: [`10.${i >> 8}.${i & 255}.0/24`] });
    for (let i = 0; i < 300; i++) ec2.ownAddresses.allocate({ publicIp: `45.0.${i >> 8}.${i & 255}` });
    expect(await sorted()).toHaveLength(count + 1001 + 300);
    expect(ec2.calls.count('ec2', 'DescribeNetworkInterfaces').ok).toBe(3);
    expect(ec2.calls.count('ec2', 'DescribeVpcs').ok).toBe(2);
    expect(ec2.calls.count('ec2', 'DescribeAddresses').ok).toBe(1);
  });

  it('is not known when one of the three is refused: a part of it would look like the whole', async () => {
    ec2.ownAddresses.allocate({ publicIp: '44.2.0.1' });
    ec2.faults.inject({ operation: 'DescribeVpcs', times: Number.POSITIVE_INFINITY, fault: { kind: 'throttle' } });
    await expect(sorted()).rejects.toThrow('Request limit exceeded');
  });
});
