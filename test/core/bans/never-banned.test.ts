import { describe, expect, it } from 'vitest';
import { exemptions } from '../../../core/bans/never-banned.ts';

const exempt = exemptions({
  ignoreip: ['8.8.8.0/24', '9.9.9.9', '11.0.0.0/255.0.0.0', 'root'],
  banreserved: ['10.9.0.0/16'],
});

describe('exemptions', () => {
  it.each([
    ['8.8.8.8', 'ignoreip 8.8.8.0/24'],
    ['9.9.9.9', 'ignoreip 9.9.9.9'],
    ['9.9.9.0/24', 'ignoreip 9.9.9.9'],
    ['11.2.3.4', 'ignoreip 11.0.0.0/255.0.0.0'],
    ['root', 'ignoreip root'],
    ['10.1.2.3', 'private use (10.0.0.0/8)'],
    ['127.0.0.1', 'loopback (127.0.0.0/8)'],
    ['::1', 'loopback (::1)'],
    ['2001:db8::/64', 'documentation (2001:db8::/32)'],
    ['0.0.0.0/0', 'ignoreip 8.8.8.0/24'],
    ['64.0.0.0/8', 'wider than /16'],
    ['2600::/12', 'wider than /32'],
  ])('%s is never banned: %s', (id, reason) => {
    expect(exempt(id)).toBe(reason);
  });

  it.each(['8.8.4.4', '2600:1f18::/64', '64.1.0.0/16', '10.9.1.1', 'alice'])('%s may be banned', (id) => {
    expect(exempt(id)).toBeUndefined();
  });
});
