import { describe, expect, it } from 'vitest';
import { knownAddresses, NOTHING_KNOWN } from '../../../core/protect/address-book.ts';
import { jailExemptions } from '../../../core/protect/jail-exemptions.ts';
import { exemptions, heldBack } from '../../../core/protect/never-banned.ts';
import type { AddressBook } from '../../../core/records/address-book.ts';

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

const BOOK: AddressBook = {
  own: { ranges: ['10.0.0.0/16', '44.1.0.0/24', '2600:1f18:4::/56'], readAt: 1000 },
  names: {
    'home.example.net': { answeredAt: 1000, addresses: { '8.8.4.4': 1000, '2600::1': 1000 } },
    'nobody.example.net': { answeredAt: 1000, addresses: {} },
    'new.example.net': { answeredAt: undefined, addresses: {} },
  },
  version: 1,
};
const known = knownAddresses(BOOK);

describe('with what has been found out', () => {
  const jail = {
    ignoreip: ['Home.Example.net.', 'me.smith'],
    banreserved: ['10.0.0.0/8'],
    neverBan: ['205.251.192.0/19'],
  };

  it.each([
    ['8.8.4.4', 'ignoreip Home.Example.net. (8.8.4.4)'],
    ['2600::/64', 'ignoreip Home.Example.net. (2600::1)'],
    ['44.1.0.9', 'ignoreself 44.1.0.0/24'],
    ['2600:1f18:4:12::/64', 'ignoreself 2600:1f18:4::/56'],
    // Reserved, and banned all the same, but for what is in use in a VPC.
    ['10.0.3.4', 'ignoreself 10.0.0.0/16'],
    ['10.1.3.4', undefined],
    ['205.251.200.1', 'neverBan 205.251.192.0/19'],
    ['me.smith', 'ignoreip me.smith'],
    ['8.8.8.8', undefined],
    ['44.1.1.9', undefined],
  ])('%s: %s', (id, reason) => {
    expect(exemptions(jail, known)(id)).toBe(reason);
  });

  it('spares neither own addresses nor those of names when nothing is known or ignoreself is false', () => {
    expect(exemptions(jail)('8.8.4.4')).toBeUndefined();
    expect(exemptions(jail)('44.1.0.9')).toBeUndefined();
    expect(exemptions({ ...jail, ignoreself: false }, known)('44.1.0.9')).toBeUndefined();
    expect(exemptions({ ...jail, ignoreself: false }, known)('205.251.200.1')).toBe('neverBan 205.251.192.0/19');
  });

  it('holds a jail back for a name that no one has answered for, and for no other', () => {
    const reason = 'ignoreip new.example.net has not been resolved yet';
    expect(heldBack({ ignoreip: ['home.example.net', 'NEW.example.net'] }, known)).toBe(reason);
    expect(heldBack({ ignoreip: ['home.example.net', 'nobody.example.net'] }, known)).toBeUndefined();
    expect(heldBack({ ignoreip: ['192.0.2.1', 'root', '10.0.0.0/8'] }, NOTHING_KNOWN)).toBeUndefined();
    expect(heldBack({ ignoreip: ['home.example.net'] }, NOTHING_KNOWN)).toMatch('home.example.net');
  });

  it("spares what is the account's and what no jail may ban in jails that are gone, too", () => {
    const exemptIn = jailExemptions([{ ...jail, name: 'sshd' }])(known);
    expect(exemptIn('sshd')('8.8.4.4')).toMatch('ignoreip');
    expect(exemptIn('gone')('8.8.4.4')).toBeUndefined();
    expect(exemptIn('gone')('44.1.0.9')).toMatch('ignoreself');
    expect(exemptIn('gone')('205.251.200.1')).toMatch('neverBan');
    expect(exemptIn('gone')('127.0.0.1')).toMatch('loopback');
  });
});
