import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { parseParameters } from '../../../local/emulators/ec2-query-server.ts';
import { type Ec2Query, ec2Query } from './ec2-query.ts';

let ec2: Ec2;
let query: Ec2Query;

beforeEach(async () => {
  ec2 = await startEc2();
  query = ec2Query(ec2.endpoint);
});

afterEach(() => ec2.close());

describe('the EC2 Query protocol', () => {
  it('reads lists and structures from dotted names', () => {
    const body = 'A=1&B.2=y&B.1=x&B.10=z&C.1.D=%3C&C.1.E.1=f&G.H=&__proto__.x=1';
    expect(parseParameters(new URLSearchParams(body))).toEqual({
      A: '1',
      B: ['x', 'y', 'z'],
      C: [{ D: '<', E: ['f'] }],
      G: { H: '' },
      ['__proto__']: { x: '1' },
    });
  });

  it('answers errors as EC2 does', async () => {
    const unknown = await query('RunInstances');
    expect([unknown.status, unknown.error]).toEqual([400, 'InvalidAction']);
    expect(unknown.xml).toMatch(
      /^<\?xml .*\?>\n<Response><Errors><Error><Code>.*<RequestID>[0-9a-f-]{36}<\/RequestID>/,
    );
    const missing = await query('CreateNetworkAclEntry');
    expect(missing.error).toBe('MissingParameter');
  });

  it('wants a request signed for EC2', async () => {
    const body = new URLSearchParams({ Action: 'DescribeNetworkAcls', Version: '2016-11-15' });
    const response = await fetch(ec2.endpoint, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationTokenException'),
    ]);
  });
});

describe('faults', () => {
  it.each([
    ['throttle', 503, 'RequestLimitExceeded'],
    ['internal-error', 500, 'InternalError'],
    ['conflict', 400, 'IncorrectState'],
  ] as const)('%s', async (kind, status, code) => {
    ec2.faults.inject({ operation: 'DescribeNetworkAcls', fault: { kind } });
    const answer = await query('DescribeNetworkAcls');
    expect([answer.status, answer.error]).toEqual([status, code]);
    expect(ec2.calls.count('ec2', 'DescribeNetworkAcls').failed).toEqual({ [code]: 1 });
  });

  it('drop the connection after the write', async () => {
    const { id } = ec2.networkAcls.create();
    ec2.faults.killAtWrite(1, 'after');
    const key = { NetworkAclId: id, RuleNumber: 100, Egress: 'false' };
    await expect(query('DeleteNetworkAclEntry', key)).rejects.toThrow();
    await expect(query('DescribeNetworkAcls')).rejects.toThrow();
    expect(ec2.networkAcls.get(id).entries.filter((entry) => entry.ruleNumber === 100)).toHaveLength(1);
  });
});
