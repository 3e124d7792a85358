import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocklist } from '../../../../core/enforce/blocklist/blocklist.ts';
import {
  BLOCKLIST_FORMATS,
  type BlocklistFormat,
  renderBlocklist,
} from '../../../../core/enforce/blocklist/formats.ts';
import { parsePlain } from '../../../../core/enforce/blocklist/plain.ts';
import { formatCidr, parseCidr } from '../../../../core/net/address.ts';
import { arbitraryIds } from '../../bans/blocklist/arbitrary-ids.ts';
import { readBack } from '../../bans/blocklist/read-back.ts';

const IDS = ['2001:db8::/64', '198.51.100.7', '198.51.100.0/24', '2001:db8::7', '9.9.9.9'];

const lines = (format: BlocklistFormat, ids = IDS): string[] =>
  renderBlocklist(format, blocklist(ids, 3)).split('\n').slice(0, -1);

describe('the forms of a blocklist', () => {
  it('begin with their origin, their length and their time', () => {
    for (const format of BLOCKLIST_FORMATS) {
      expect(lines(format)[0]).toBe('# cloudjail blocklist: 5 entries, revision 3');
    }
  });

  it('plain: an entry a line, IPv4 first, in order', () => {
    expect(lines('plain').slice(1)).toEqual([
      '9.9.9.9',
      '198.51.100.0/24',
      '198.51.100.7',
      '2001:db8::/64',
      '2001:db8::7',
    ]);
  });

  it('hosts.deny: networks with a dotted mask, IPv6 in brackets', () => {
    expect(lines('hosts.deny').slice(1)).toEqual([
      'ALL: 9.9.9.9',
      'ALL: 198.51.100.0/255.255.255.0',
      'ALL: 198.51.100.7',
      'ALL: [2001:db8::]/64',
      'ALL: [2001:db8::7]/128',
    ]);
    expect(lines('hosts.deny', ['0.0.0.0/0', '128.0.0.0/1', '4.4.4.4/31']).slice(1)).toEqual([
      'ALL: 0.0.0.0/0.0.0.0',
      'ALL: 4.4.4.4/255.255.255.254',
      'ALL: 128.0.0.0/128.0.0.0',
    ]);
  });

  it('nginx: deny directives', () => {
    expect(lines('nginx').slice(1, 3)).toEqual(['deny 9.9.9.9;', 'deny 198.51.100.0/24;']);
  });

  it('ipset: filled aside, then swapped; everything as two halves', () => {
    expect(lines('ipset', ['0.0.0.0/0']).slice(1, 8)).toEqual([
      'create cloudjail4 hash:net family inet maxelem 4294967295 -exist',
      'create cloudjail4-next hash:net family inet maxelem 4294967295 -exist',
      'flush cloudjail4-next',
      'add cloudjail4-next 0.0.0.0/1 -exist',
      'add cloudjail4-next 128.0.0.0/1 -exist',
      'swap cloudjail4-next cloudjail4',
      'destroy cloudjail4-next',
    ]);
  });

  it('nftables: no empty element list, which would be a syntax error', () => {
    expect(lines('nftables', []).join('\n')).not.toContain('add element');
    expect(lines('nftables', ['9.9.9.9']).filter((line) => line.includes('add element'))).toHaveLength(1);
  });

  it('leave out what is no address', () => {
    expect(lines('nginx', ['root', '9.9.9.9; }', '9.9.9.9'])).toEqual([
      '# cloudjail blocklist: 1 entries, revision 3',
      'deny 9.9.9.9;',
    ]);
  });

  it.each(BLOCKLIST_FORMATS)('%s: reads back as the same ranges, in whatever order they came', (format) => {
    let long = 0;
    fc.assert(
      fc.property(arbitraryIds, fc.nat(), (ids, revision) => {
        const list = blocklist(ids, revision);
        const text = renderBlocklist(format, list);
        expect(readBack(format, text)).toEqual(list.ranges.map(formatCidr));
        expect(new Set(list.ranges.map(formatCidr))).toEqual(new Set(ids));
        expect(renderBlocklist(format, blocklist([...ids].reverse(), revision))).toBe(text);
        if (ids.length > 10) long++;
      }),
      { numRuns: 150, seed: 7 },
    );
    expect(long).toBeGreaterThan(50);
  });
});

describe('parsePlain', () => {
  it('takes a list edited by hand: comments, blanks, other spellings, lines that are none', () => {
    const text = '\uFEFF# mine\r\n 9.9.9.9  # office\r\n\r\n2001:DB8:0::1/64\nnot an address\n1.2.3.4 5.6.7.8\n9.9.9.9';
    expect(parsePlain(text)).toEqual(blocklist(['9.9.9.9', '2001:db8::/64'], 0));
  });

  it('gives back what was rendered, revision too', () => {
    const list = blocklist(IDS, 41);
    expect(parsePlain(renderBlocklist('plain', list))).toEqual(list);
    expect(parsePlain(renderBlocklist('plain', list)).ranges[0]).toEqual(parseCidr('9.9.9.9'));
  });
});
