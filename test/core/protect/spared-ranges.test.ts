import { describe, expect, it } from 'vitest';
import { contains, parseCidr } from '../../../core/net/address.ts';
import { sparedRanges } from '../../../core/protect/spared-ranges.ts';

describe('sparedRanges', () => {
  const book = {
    own: { ranges: ['44.1.0.0/24'], readAt: 5 },
    names: { 'home.example.net': { answeredAt: 5, addresses: { '9.9.9.9': 5 } } },
    version: 1,
  };
  const spares = (text: string, of = sparedRanges([JAIL, { ignoreip: ['9.0.0.2'] }], book)) => {
    const range = parseCidr(text);
    return range !== undefined && of.some((spared) => contains(spared, range));
  };
  const JAIL = { ignoreip: ['9.0.0.0/255.255.255.254', 'home.example.net'], neverBan: ['2600:1f18::/32'] };

  it.each(['9.0.0.1', '9.0.0.2', '2600:1f18:1::/64', '44.1.0.7', '9.9.9.9', '10.1.2.3', 'fe80::1'])(
    'has %s: of any jail, of the settings, of the account, of a name, or reserved',
    (text) => {
      expect(spares(text)).toBe(true);
    },
  );

  it.each(['9.0.0.3', '44.1.1.0', '2600:1f19::'])('has no %s', (text) => {
    expect(spares(text)).toBe(false);
  });

  it('knows less without an address book', () => {
    expect(spares('44.1.0.7', sparedRanges([JAIL], undefined))).toBe(false);
    expect(spares('9.0.0.1', sparedRanges([JAIL], undefined))).toBe(true);
  });
});
