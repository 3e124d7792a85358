import { describe, expect, it } from 'vitest';
import { banKey } from '../../../core/match/ban-key.ts';

describe('banKey', () => {
  it.each([
    [{ ip4: '192.0.2.1' }, { kind: 'address', id: '192.0.2.1' }],
    [{ ip6: '2001:DB8:0::1' }, { kind: 'address', id: '2001:db8::1' }],
    [{ ip6: '::ffff:192.0.2.1' }, { kind: 'address', id: '192.0.2.1' }],
    [{ dns: '192.0.2.1' }, { kind: 'address', id: '192.0.2.1' }],
    [
      { ip4: '192.0.2.77', cidr: '24' },
      { kind: 'address', id: '192.0.2.0/24' },
    ],
    [{ fid: 'session-1' }, { kind: 'other', id: 'session-1' }],
    [{ fid: '192.0.2.1' }, { kind: 'address', id: '192.0.2.1' }],
    [
      { fid: '192.0.2.1', ip4: '192.0.2.1' },
      { kind: 'address', id: '192.0.2.1' },
    ],
  ])('%j is %j', (groups, key) => {
    expect(banKey(groups, 'warn')).toEqual(key);
  });

  it('takes fid before ip4 before ip6 before dns, and keeps the address beside a fid', () => {
    const all = { fid: 'x', ip4: '192.0.2.1', ip6: '2001:db8::1', dns: 'example.org' };
    expect(banKey(all, 'warn')).toEqual({ kind: 'other', id: 'x', ip: '192.0.2.1' });
    expect(banKey({ ip4: all.ip4, ip6: all.ip6, dns: all.dns }, 'warn')).toEqual({ kind: 'address', id: all.ip4 });
    expect(banKey({ ip6: all.ip6, dns: all.dns }, 'warn')).toEqual({ kind: 'address', id: all.ip6 });
  });

  it.each(['999.1.1.1', '010.0.0.1', '1.2.3.256'])('refuses %s, which only looks like an address', (ip4) => {
    expect(banKey({ ip4 }, 'warn')).toEqual({ kind: 'not-an-address', text: ip4 });
  });

  it('refuses a mask that is none', () => {
    expect(banKey({ ip4: '192.0.2.1', cidr: '33' }, 'warn')).toEqual({ kind: 'not-an-address', text: '192.0.2.1' });
  });

  it.each(['yes', 'warn', 'no'] as const)('does not resolve names with usedns = %s', (usedns) => {
    expect(banKey({ dns: 'host.example.org' }, usedns)).toEqual({ kind: 'name', name: 'host.example.org' });
  });

  it('counts the name itself with usedns = raw', () => {
    expect(banKey({ dns: 'host.example.org' }, 'raw')).toEqual({ kind: 'other', id: 'host.example.org' });
  });

  it('bounds an id and makes it encodable', () => {
    const key = banKey({ fid: `\ud800${'x'.repeat(10_000)}` }, 'warn');
    expect(key).toEqual({ kind: 'other', id: `\ufffd${'x'.repeat(511)}` });
  });

  it('has no id for an empty F-ID', () => {
    expect(banKey({ fid: '' }, 'warn')).toEqual({ kind: 'not-an-address', text: '' });
  });
});
