import { describe, expect, it } from 'vitest';
import { entries, newAcl, plan, put, target, tcp } from './network-acl-lab.ts';

describe('an entry that allows what bans deny', () => {
  it('before the window makes them void, and is named', async () => {
    const acl = newAcl();
    put(acl, 5, '198.51.100.0/24', { allow: true });
    const options = { firstRule: 10, capacity: 3 };
    const report = await target(acl, options).converge('all', plan(['198.51.100.1', '9.0.0.1', '198.51.100.2']));
    expect(entries(acl)).toEqual(['5 allow 198.51.100.0/24 -1', '10 deny 9.0.0.1 -1']);
    expect(report).toMatchObject({ added: ['9.0.0.1'], overflow: ['198.51.100.1', '198.51.100.2'] });
    expect(report.warnings).toEqual([
      `${acl}: entry 5 allows everything from 198.51.100.0/24 before 2 bans (of 198.51.100.1 and others) can deny it; give it a number from 13 on`,
    ]);
  });

  it('in the window has the bans it would void before it, and others behind it', async () => {
    const acl = newAcl();
    const options = { firstRule: 1, capacity: 4 };
    await target(acl, options).converge('all', plan(['9.0.0.1', '9.0.0.2']));
    put(acl, 3, '198.51.100.0/24', { allow: true });
    const report = await target(acl, options).converge('all', plan(['9.0.0.1', '198.51.100.1', '9.0.0.2']));
    expect(report).toMatchObject({ added: ['198.51.100.1'], removed: [], overflow: [] });
    expect(report.warnings).toBeUndefined();
    expect(entries(acl).map((entry) => entry.split(' ').slice(0, 3).join(' '))).toEqual([
      '1 deny 198.51.100.1',
      '2 deny 9.0.0.2',
      '3 allow 198.51.100.0/24',
      '4 deny 9.0.0.1',
    ]);
  });

  it('leaves bans of other ports their effect, and is named all the same', async () => {
    const acl = newAcl();
    put(acl, 1, '0.0.0.0/0', { allow: true, port: 443 });
    const report = await target(acl).converge('all', plan(['198.51.100.1']));
    expect(entries(acl)).toContain('2 deny 198.51.100.1 -1');
    expect(report.overflow).toEqual([]);
    expect(report.warnings).toEqual([
      `${acl}: entry 1 allows tcp 443 from 0.0.0.0/0 before the ban of 198.51.100.1 can deny it; give it a number from 19 on`,
    ]);
  });

  it('is no matter where no ban is behind it', async () => {
    const acl = newAcl();
    put(acl, 1, '203.0.113.0/24', { allow: true });
    put(acl, 2, '198.51.100.1/32', { allow: true, port: 22 });
    const ban = { id: '198.51.100.1', ports: [tcp(80)] };
    const report = await target(acl, { byPort: true }).converge('all', plan([ban]));
    expect(report.warnings).toBeUndefined();
    expect(entries(acl)).toContain('3 deny 198.51.100.1 6 80-80');
  });
});
