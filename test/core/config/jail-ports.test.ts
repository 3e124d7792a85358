import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ActionReference, Jail } from '../../../core/config/jail.ts';
import { actionPorts, jailPorts } from '../../../core/config/jail-ports.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { directoryFiles } from '../../conformance/python-config/directory-files.ts';
import { diagnosticsOf, problemsOf } from './checked.ts';

const tcp = (from: number, to = from) => ({ protocol: 'tcp', from, to }) as const;
const udp = (from: number, to = from) => ({ protocol: 'udp', from, to }) as const;

function jail(names: readonly (string | ActionReference)[], options: Partial<Pick<Jail, 'port' | 'protocol'>> = {}) {
  const actions = names.map((name) => (typeof name === 'string' ? { name, args: {} } : name));
  return { port: 'ssh', protocol: 'tcp', ...options, actions };
}

describe('jailPorts', () => {
  it('takes the port and protocol of the jail', () => {
    expect(jailPorts(jail(['network-acl']))).toEqual([tcp(22)]);
    expect(jailPorts(jail(['iptables-multiport'], { port: 'domain,953', protocol: 'udp' }))).toEqual([
      udp(53),
      udp(953),
    ]);
    expect(jailPorts(jail(['network-acl'], { port: undefined, protocol: undefined }))).toEqual([tcp(0, 65_535)]);
  });

  it('takes those an action is given instead, and the ports of all the actions', () => {
    const both = [
      { name: 'iptables-multiport', args: { name: 'a-tcp', port: '5060', protocol: 'tcp' } },
      { name: 'iptables-multiport', args: { name: 'a-udp', port: '5061', protocol: 'udp' } },
    ];
    expect(jailPorts(jail(both))).toEqual([tcp(5060), udp(5061)]);
    expect(jailPorts(jail(['waf', 'sns', ...both]))).toEqual([tcp(5060), udp(5061)]);
  });

  it.each(['iptables-allports', 'nftables-allports', 'firewallcmd-allports'])(
    '%s is every port of its protocol',
    (name) => {
      expect(jailPorts(jail([name]))).toEqual([tcp(0, 65_535)]);
      expect(jailPorts(jail([name], { protocol: 'all' }))).toBe('all');
    },
  );

  it('knows the argument that makes an action one for all ports', () => {
    expect(jailPorts(jail([{ name: 'nftables', args: { type: 'allports' } }]))).toEqual([tcp(0, 65_535)]);
    expect(jailPorts(jail([{ name: 'pf', args: { actiontype: '<allports>' } }]))).toEqual([tcp(0, 65_535)]);
  });

  it.each(['route', 'hostsdeny', 'ufw', 'shorewall'])('%s shuts everything, as on a server', (name) => {
    expect(jailPorts(jail([{ name, args: { port: 'ssh' } }]))).toBe('all');
  });

  it('is everything where a port can not be read, and where no action is about ports', () => {
    expect(jailPorts(jail(['iptables-multiport'], { port: 'of-my-own' }))).toBe('all');
    expect(jailPorts(jail(['iptables-multiport', 'network-acl'], { protocol: 'icmp' }))).toBe('all');
    expect(jailPorts(jail(['waf']))).toBe('all');
  });
});

describe('a port that can not be read', () => {
  it.each([
    ['action = network-acl\nport = ssh,of-my-own', ['warning BAD_PORT 3:12']],
    ['banaction = network-acl\nport = ssh,of-my-own', ['warning BAD_PORT 3:12']],
    ['action = network-acl[port="nope"]', ['warning BAD_PORT 2:10']],
    ['action = network-acl\nprotocol = tcp,icmp', ['warning BAD_PROTOCOL 3:16']],
    ['action = network-acl\nport = ssh,8000:8100', []],
    ['action = waf\nport = of-my-own', []],
    ['port = of-my-own', []],
    ['banaction = iptables-allports\nport = of-my-own', []],
  ])('%s', (options, problems) => {
    expect(problemsOf(`[j]\n${options}\n`)).toEqual(problems);
  });

  it('reports which word, and what to write', () => {
    const [diagnostic] = diagnosticsOf('[j]\naction = network-acl\nport = imap,submision\n');
    expect(diagnostic?.message).toMatch(/^port = submision: "submision" is no known service; .* every port$/);
    expect(diagnostic?.help).toContain('submission');
  });
});

const STOCK = '/etc/fail2ban';
const installed = existsSync(`${STOCK}/jail.conf`);
if (!installed) console.warn('SKIPPED: ports of the stock jails, since fail2ban is not installed');

describe('ports of jails as they are delivered', () => {
  const unreadable = (jails: readonly Jail[]) =>
    jails.flatMap((each) =>
      each.actions.flatMap((action) => {
        const reading = actionPorts(action, each);
        return reading.kind === 'unreadable' ? [`${each.name}: ${reading.message}`] : [];
      }),
    );

  it('can be found where CI runs', () => {
    expect(installed || process.env['CI'] !== 'true').toBe(true);
  });

  it.skipIf(!installed)('fail2ban: every service name that occurs is known', () => {
    const { jails } = readJails(directoryFiles(STOCK));
    const narrowed = jails.filter((each) => jailPorts(each) !== 'all');
    expect(unreadable(jails)).toEqual([]);
    expect(narrowed.length).toBeGreaterThan(80);
    const portsOf = (name: string) => jails.filter((each) => each.name === name).map(jailPorts);
    expect(portsOf('sshd')).toEqual([[tcp(22)]]);
    expect(portsOf('murmur')).toEqual([[tcp(64_738), udp(64_738)]]);
    expect(portsOf('recidive')).toEqual([[tcp(0, 65_535)]]);
    expect(portsOf('counter-strike')).toEqual([[tcp(27_030, 27_039), udp(1200), udp(27_000, 27_015)]]);
  });

  it('cloudjail: the same of its own jails', () => {
    const { jails } = readJails(directoryFiles(new URL('../../../filters', import.meta.url).pathname));
    expect(jails.length).toBeGreaterThan(20);
    expect(unreadable(jails)).toEqual([]);
  });
});
