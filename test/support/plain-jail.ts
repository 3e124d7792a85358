import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/**
 * A jail that counts lines of the form `no ADDRESS` and needs no date; whatever else a test wants
 * of it is in `changes`.
 */
export function plainJail(changes: Partial<CompiledJail>): CompiledJail {
  return {
    name: 'test',
    loggroups: ['/log'],
    recidive: false,
    maxretry: 3,
    findtime: 100,
    bantime: 150,
    maxmatches: 3,
    increment: {
      enabled: false,
      formula: undefined,
      factor: 1,
      multipliers: [],
      maxtime: undefined,
      rndtime: undefined,
      overalljails: false,
    },
    dbpurgeage: 86_400,
    ignoreself: true,
    ignoreip: [],
    banreserved: [],
    ipv4prefix: 32,
    ipv6prefix: 64,
    maxbans: 0,
    actions: [{ name: 'waf', args: {} }],
    port: undefined,
    protocol: undefined,
    match: {
      prefilter: undefined,
      literals: [],
      prefregex: undefined,
      failregex: [{ source: '^no (?:([\\d.]+)|([\\da-f:]+))\\n$', flags: '', groups: { ip4: [1], ip6: [2] } }],
      firstCharacters: [''],
      ignoreregex: [],
      maxlines: 1,
      dates: undefined,
      usedns: 'no',
    },
    ...changes,
  };
}
