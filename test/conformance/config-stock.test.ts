import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter, Jail } from '../../core/config/jail.ts';
import { filterNames, readFilter } from '../../core/config/read-filter.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { directoryFiles } from './python-config/directory-files.ts';
import { type EffectiveJail, oursOf, theirsOf } from './python-config/effective.ts';
import { EXPLAINED } from './python-config/explained-differences.ts';
import { installed, type Oracle, type OracleJail, type OracleJails, startOracle } from './python-config/oracle.ts';

const CLIENT = 'fail2ban-client';

/** Each laid over the stock configuration as jail.local. */
const VARIANTS: Readonly<Record<string, (names: readonly string[]) => string>> = {
  'as delivered': () => '',
  'with increment, multipliers and limits': () => `[DEFAULT]
bantime.increment = true
bantime.rndtime = 10m
bantime.maxtime = 5w
bantime.factor = 2
bantime.multipliers = 1 5 30 60 300 720 1440 2880
bantime.overalljails = yes
bantime = 1h 30m
findtime = 1d12h
ignoreip = 127.0.0.1/8 ::1, 10.0.0.0/8
           192.0.2.1
`,
  'in aggressive mode with mail and logs': () => `[DEFAULT]
mode = aggressive
action = %(action_mwl)s
banaction = nftables[type=multiport]
destemail = ops@example.com
usedns = no
`,
  'extending every filter through known': (names) =>
    names.map((name) => `[${name}]\nfailregex = %(known/failregex)s\n  ^extra <HOST>$\n`).join(''),
};

describe.skipIf(!installed)('stock jails, read as fail2ban-client reads them', () => {
  const root = mkdtempSync(join(tmpdir(), 'cloudjail-stock-'));
  let oracle: Oracle;
  beforeAll(() => {
    oracle = startOracle();
  });
  afterAll(() => {
    oracle.stop();
    rmSync(root, { recursive: true });
  });

  function directoryOf(variant: string): { directory: string; names: readonly string[] } {
    const directory = join(root, variant.replaceAll(/\W/g, '-'));
    cpSync('/etc/fail2ban', directory, { recursive: true });
    const names = readJails(directoryFiles(directory)).jails.map((jail) => jail.name);
    const local = VARIANTS[variant]?.(names) ?? '';
    // Every jail on, the filters of those enabled being what is compared.
    const enabled = names.map((name) => `[${name}]\nenabled = true\n`).join('');
    writeFileSync(join(directory, 'jail.local'), local);
    mkdirSync(join(directory, 'jail.d'), { recursive: true });
    writeFileSync(join(directory, 'jail.d', 'zz-all.local'), enabled);
    return { directory, names };
  }

  it.each(Object.keys(VARIANTS))('%s', async (variant) => {
    const { directory, names } = directoryOf(variant);
    const answer = await oracle.ask<OracleJails>({ op: 'jails', directory });
    expect(answer.error).toBeUndefined();
    if (answer.error) return;
    const reading = readJails(directoryFiles(directory));
    const errors = reading.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.filter(({ code, message }) => !(`${code}: ${message}` in EXPLAINED))).toEqual([]);
    expect(answer.skipped).toEqual([]);
    expect(Object.keys(answer.jails)).toEqual(names);
    const differences = reading.jails.flatMap((jail) => differencesOf(jail, answer));
    expect(differences.filter(({ name, option }) => !(`${name}: ${option}` in EXPLAINED))).toEqual([]);
    expect(reading.dbpurgeage).toBe(86_400);
    expect(names.length).toBeGreaterThanOrEqual(91);
  });

  it('agrees with what fail2ban-client -d prints', async () => {
    const { directory } = directoryOf('as delivered');
    const script = 'import ast, json, sys\nfor l in sys.stdin: print(json.dumps(ast.literal_eval(l)))';
    const dump = execFileSync(CLIENT, ['-c', directory, '-d'], { encoding: 'utf8', stdio: 'pipe' });
    const commands = execFileSync('python3', ['-c', script], {
      encoding: 'utf8',
      input: dump.replace(/^\d{4}-.*\n/gm, ''),
    })
      .trim()
      .split('\n')
      .map((line): unknown[] => JSON.parse(line));
    const { jails } = readJails(directoryFiles(directory));
    const failregexes = commands.flatMap(([verb, jail, option, value]) =>
      option === 'addfailregex' ? [[jail, verb === 'multi-set' ? value : [value]]] : [],
    );
    expect(failregexes.length).toBeGreaterThan(80);
    expect(failregexes).toEqual(
      jails
        .filter((jail) => jail.filter?.failregex.length)
        .map((jail) => [jail.name, jail.filter?.failregex.map(({ value }) => value)]),
    );
    const retries = commands.flatMap(([, jail, option, value]) => (option === 'maxretry' ? [[jail, value]] : []));
    expect(retries).toEqual(jails.map((jail) => [jail.name, jail.maxretry]));
  });

  it('finds every regex at the place it was written', () => {
    const { directory } = directoryOf('as delivered');
    const { jails } = readJails(directoryFiles(directory));
    const located = jails.flatMap(({ filter }) => [...(filter?.failregex ?? []), ...(filter?.ignoreregex ?? [])]);
    expect(located.length).toBeGreaterThan(190);
    for (const { value, at } of located) {
      const line = readFileSync(join(directory, at?.file ?? ''), 'utf8').split('\n')[(at?.line ?? 0) - 1] ?? '';
      const start = (at?.column ?? 0) - 1;
      expect(
        value.startsWith(
          line
            .slice(start, start + (at?.length ?? 0))
            .replaceAll('%%', '%')
            .slice(0, 1),
        ),
      ).toBe(true);
      expect(start).toBeLessThan(line.length);
    }
  });

  it('reads every stock filter by itself, in every mode and for every kind of log', async () => {
    const files = directoryFiles('/etc/fail2ban');
    const names = filterNames(files);
    expect(names.length).toBeGreaterThan(90);
    const modes = [
      '',
      '[mode=normal]',
      '[mode=ddos]',
      '[mode=extra]',
      '[mode=aggressive][logtype=rfc5424]',
      '[logtype=journal]',
    ];
    for (const text of names.flatMap((name) => modes.map((mode) => name + mode))) {
      const answer = await oracle.ask<OracleJail>({ op: 'filter', directory: '/etc/fail2ban', text });
      const { filter, diagnostics } = readFilter(files, text);
      if (answer.error) {
        expect([text, diagnostics.some(({ severity }) => severity === 'error')]).toEqual([text, true]);
        continue;
      }
      const { prefregex, failregex, ignoreregex, maxlines, datepattern } = theirsOf(answer);
      expect({ text, ...regexesOf(filter) }).toEqual({
        text,
        prefregex,
        failregex,
        ignoreregex,
        maxlines,
        datepattern,
      });
    }
  });
});

function regexesOf(filter: Filter | undefined) {
  return {
    prefregex: filter?.prefregex?.value,
    failregex: filter?.failregex.map(({ value }) => value),
    ignoreregex: filter?.ignoreregex.map(({ value }) => value),
    maxlines: filter?.maxlines,
    datepattern: filter?.datepattern?.value,
  };
}

interface Difference {
  readonly name: string;
  readonly option: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

function differencesOf(jail: Jail, answer: OracleJails): Difference[] {
  const entry = answer.jails[jail.name];
  if (entry === undefined) return [{ name: jail.name, option: 'the jail itself', ours: 'read', theirs: 'missing' }];
  const [ours, theirs] = [oursOf(jail), theirsOf(entry)];
  const options = Object.keys(ours) as (keyof EffectiveJail)[];
  return options
    .filter((option) => JSON.stringify(ours[option]) !== JSON.stringify(theirs[option]))
    .map((option) => ({ name: jail.name, option, ours: ours[option], theirs: theirs[option] }));
}
