import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPorts } from '../../../core/net/port-ranges.ts';
import type { PortRange, Ports } from '../../../core/net/ports.ts';
import { SERVICE_NAMES, servicePort } from '../../../core/net/service-ports.ts';

/** `tcp 22`, `udp 8000-8100`, or the option and word that could not be read. */
function read(port: string, protocol = 'tcp'): string | readonly string[] {
  const reading = readPorts(port, protocol);
  if (reading.kind === 'unreadable') return `${reading.option} "${reading.word}"`;
  return reading.ports === 'all' ? 'all' : reading.ports.map(text);
}

function text({ protocol, from, to }: PortRange): string {
  return `${protocol} ${from === to ? from : `${from}-${to}`}`;
}

describe('readPorts', () => {
  it.each([
    ['ssh', ['tcp 22']],
    ['SSH', ['tcp 22']],
    ['http,https', ['tcp 80', 'tcp 443']],
    ['22,8000:8100', ['tcp 22', 'tcp 8000-8100']],
    [' 80, 443 ,3128', ['tcp 80', 'tcp 443', 'tcp 3128']],
    ['http https', ['tcp 80', 'tcp 443']],
    ['ftp,ftp-data,ftps,ftps-data', ['tcp 20-21', 'tcp 989-990']],
    ['smtp,465,submission', ['tcp 25', 'tcp 465', 'tcp 587']],
    ['ftp-data:ssh', ['tcp 20-22']],
    ['8000-8100', ['tcp 8000-8100']],
    ['60000:', ['tcp 60000-65535']],
    [':1023', ['tcp 0-1023']],
    ['0:65535', ['tcp 0-65535']],
    ['all', ['tcp 0-65535']],
    ['', ['tcp 0-65535']],
    ['22,any', ['tcp 0-65535']],
    ['80,80:90,85', ['tcp 80-90']],
  ])('%j', (port, expected) => {
    expect(read(port)).toEqual(expected);
  });

  it.each([
    ['udp', ['udp 53']],
    ['UDP', ['udp 53']],
    ['17', ['udp 53']],
    ['', ['tcp 53']],
    ['tcp,udp', ['tcp 53', 'udp 53']],
    ['udp tcp', ['tcp 53', 'udp 53']],
    ['all', ['tcp 53', 'udp 53']],
  ])('protocol %j', (protocol, expected) => {
    expect(read('domain', protocol)).toEqual(expected);
  });

  it('is everything, not only tcp and udp, when it is all ports of all protocols', () => {
    expect(read('0:65535', 'all')).toBe('all');
    expect(read('all', 'all')).toBe('all');
    expect(read('0:65535', 'tcp,udp')).toEqual(['tcp 0-65535', 'udp 0-65535']);
  });

  it.each([
    ['gopher-of-mine', 'tcp', 'port "gopher-of-mine"'],
    ['ssh,!80', 'tcp', 'port "!80"'],
    ['65536', 'tcp', 'port "65536"'],
    ['1:65536', 'tcp', 'port "1:65536"'],
    ['90:80', 'tcp', 'port "90:80"'],
    ['1:2:3', 'tcp', 'port "1:2:3"'],
    [':', 'tcp', 'port ":"'],
    ['-5', 'tcp', 'port "-5"'],
    ['toString', 'tcp', 'port "toString"'],
    ['ssh', 'icmp', 'protocol "icmp"'],
    ['ssh', 'tcp,sctp', 'protocol "sctp"'],
  ])('refuses port %j with protocol %j', (port, protocol, expected) => {
    expect(read(port, protocol)).toBe(expected);
  });

  it('names the service it does not know, and one that is near', () => {
    expect(readPorts('ssh,submision', 'tcp')).toMatchObject({
      message: 'port = submision: "submision" is no known service',
      help: expect.stringContaining('submission'),
    });
    expect(readPorts('htpp:8080', 'tcp')).toMatchObject({ message: expect.stringContaining('"htpp"') });
  });

  it('covers exactly the ports that were written, however they overlap', () => {
    const port = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 65_500, max: 65_535 }));
    const pair = fc.tuple(port, port).map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));
    let overlapping = 0;
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 6, size: 'max' }), fc.boolean(), (pairs, udp) => {
        const written = pairs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
        const reading = readPorts(written, udp ? 'udp' : 'tcp');
        const ports: Ports = reading.kind === 'ports' ? reading.ports : [];
        if (ports === 'all') throw new Error('everything');
        if (ports.length < pairs.length) overlapping += 1;
        expect(new Set(ports.map(({ protocol }) => protocol))).toEqual(new Set([udp ? 'udp' : 'tcp']));
        for (let n = 0; n <= 65_535; n += n === 45 ? 65_450 : 1) {
          const wanted = pairs.some(([from, to]) => from <= n && n <= to);
          expect(ports.filter(({ from, to }) => from <= n && n <= to)).toHaveLength(wanted ? 1 : 0);
        }
      }),
      { numRuns: 60 },
    );
    expect(overlapping).toBeGreaterThan(20);
  });
});

const SERVICES_FILE = '/etc/services';

describe('service names', () => {
  it.skipIf(!existsSync(SERVICES_FILE))('agree with those of a server', () => {
    const known = new Map<string, Set<number>>();
    for (const line of readFileSync(SERVICES_FILE, 'utf8').split('\n')) {
      const [name = '', port = '', ...aliases] = line.replace(/#.*/, '').split(/\s+/);
      for (const each of [name, ...aliases])
        known.set(each, (known.get(each) ?? new Set()).add(Number.parseInt(port, 10)));
    }
    const compared = SERVICE_NAMES.filter((name) => known.has(name));
    const wrong = compared.filter((name) => !known.get(name)?.has(servicePort(name) ?? -1));
    expect(wrong).toEqual([]);
    expect(compared.length).toBeGreaterThan(20);
  });
});
