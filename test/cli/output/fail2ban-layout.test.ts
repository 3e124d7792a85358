import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { banWithTime } from '../../../cli/output/ban-text.ts';
import { groupedStatusTree, statusTree } from '../../../cli/output/status-tree.ts';

/** What fail2ban's own code prints, from the library installed. */
const PROGRAM = `
import json, os, sys, time
os.environ['TZ'] = 'UTC'; time.tzset()
sys.path.insert(0, '/usr/lib/python3/dist-packages')
from fail2ban.client.beautifier import Beautifier
from fail2ban.server.banmanager import BanManager
from fail2ban.server.ticket import BanTicket
asked = json.load(sys.stdin)
print_of = Beautifier()
print_of.setInputCmd(['status'])
answers = {'all': print_of.beautify(asked['all'])}
print_of.setInputCmd(['status', 'gate'])
answers['one'] = print_of.beautify(asked['one'])
manager = BanManager()
answers['times'] = []
for id, time, bantime in asked['bans']:
    ticket = BanTicket(id, time)
    ticket.setBanTime(bantime)
    manager._BanManager__banList = {id: ticket}
    answers['times'] += manager.getBanList(ordered=True, withTime=True)
print(json.dumps(answers))
`;

const installed =
  spawnSync('/usr/bin/python3', [
    '-c',
    "import sys; sys.path.insert(0, '/usr/lib/python3/dist-packages'); import fail2ban",
  ]).status === 0;
if (!installed) console.warn('SKIPPED: the layout of fail2ban-client, for want of fail2ban');
it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => expect(installed).toBe(true));

const ALL: [string, string | number][] = [
  ['Number of jail', 2],
  ['Currently banned', 3],
  ['Jail list', 'gate, hall'],
];
const FILTER: [string, string[]][] = [['Log group list', ['/a', '/b']]];
const ACTIONS: [string, string | number | string[]][] = [
  ['Currently banned', 2],
  ['Breaker', 'not tripped'],
  ['Banned IP list', ['192.0.2.1', '2001:db8::/64']],
];
const BANS: [id: string, bannedAt: number, bantime: number][] = [
  ['192.0.2.1', 1_765_350_000, 600],
  ['2001:db8::/64', 1, 86_400],
  ['192.0.2.9', 1_765_350_000, -1],
];

describe.skipIf(!installed)('the layout is that of fail2ban-client', () => {
  const one = [
    ['Filter', FILTER],
    ['Actions', ACTIONS],
  ];
  const input = JSON.stringify({ all: ALL, one, bans: BANS });
  const asked = installed ? spawnSync('/usr/bin/python3', ['-c', PROGRAM], { input, encoding: 'utf8' }) : undefined;
  const theirs = (): { all: string; one: string; times: string[] } => {
    expect(asked?.stderr).toBe('');
    return JSON.parse(asked?.stdout ?? '');
  };

  it('in status', () => {
    expect(statusTree('Status', ALL)).toBe(theirs().all);
  });

  it('in status JAIL', () => {
    const heading = 'Status for the jail: gate';
    expect(
      groupedStatusTree(heading, [
        ['Filter', FILTER],
        ['Actions', ACTIONS],
      ]),
    ).toBe(theirs().one);
  });

  it('in get JAIL banip --with-time', () => {
    const ours = BANS.map(([id, bannedAt, bantime]) => {
      const expiresAt = bantime === -1 ? undefined : bannedAt + bantime;
      return banWithTime({ id, jail: 'gate', bannedAt, expiresAt, bantime, banCount: 1, origin: 'jail' });
    });
    expect(ours).toEqual(theirs().times);
  });
});
