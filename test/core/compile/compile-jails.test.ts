import { describe, expect, it } from 'vitest';
import { type CompileOptions, compileJails } from '../../../core/compile/compile-jails.ts';
import { textConfig } from '../match/text-config.ts';

const DOOR = `[Definition]
failregex = ^door: wrong code for <F-USER>\\S+</F-USER> from <HOST>$
`;
const JAIL = `[door]
enabled = true
filter = door
logpath = /var/log/door.log
maxretry = 4
action = waf
`;

function compile(jail: string, filter = DOOR, options: CompileOptions = {}) {
  return compileJails(textConfig({ 'jail.local': jail, 'filter.d/door.conf': filter }), options);
}

describe('compileJails', () => {
  it('compiles the enabled jails into what survives JSON', () => {
    const { compiled, diagnostics } = compile(`${JAIL}[off]\nfilter = door\n`);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(compiled.jails).toMatchObject([{ name: 'door', maxretry: 4, loggroups: ['/cloudjail/var/log/door.log'] }]);
    expect(JSON.parse(JSON.stringify(compiled)).jails[0].match.failregex).toEqual(compiled.jails[0]?.match.failregex);
  });

  it('compiles only the jails asked for, with options laid over them', () => {
    const jails = `${JAIL}[other]\nfilter = door\nlogpath = /x\n`;
    const { compiled } = compile(jails, DOOR, { only: ['other'], set: { findtime: '2h' } });
    expect(compiled.jails).toMatchObject([{ name: 'other', findtime: 7200 }]);
  });

  it('compiles a jail for bans by hand, which reads no log group', () => {
    const byHand = compile('[gate]\nenabled = true\naction = waf\n');
    expect(byHand.diagnostics).toEqual([
      { code: 'NO_FAILREGEX', severity: 'info', message: 'jail gate has no failregex, so it bans only by hand' },
    ]);
    expect(byHand.compiled.jails).toMatchObject([{ name: 'gate', loggroups: [], match: { failregex: [] } }]);
    const empty = compile('[gate]\nenabled = true\nfilter = door\naction = waf\n', '[Definition]\n');
    expect(empty.diagnostics).toMatchObject([{ code: 'NO_FAILREGEX', severity: 'info' }]);
    expect(empty.compiled.jails).toHaveLength(1);
  });

  it('takes a jail for a slip that has logs and nothing to find in them', () => {
    const { compiled, diagnostics } = compile('[gate]\nenabled = true\naction = waf\nlogpath = /var/log/x\n');
    expect(diagnostics).toMatchObject([
      { code: 'NO_FAILREGEX', severity: 'warning', at: { file: 'jail.local', line: 4, column: 11 } },
    ]);
    expect(compiled.jails).toMatchObject([{ name: 'gate', loggroups: [] }]);
  });

  it('leaves out a jail whose regex is none, and points at the character', () => {
    const { compiled, diagnostics } = compile(JAIL, '[Definition]\nfailregex = ^<HOST> x(\n');
    expect(compiled.jails).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: 'REGEX_SYNTAX', at: { file: 'filter.d/door.conf', line: 2, column: 22, length: 1 } },
    ]);
  });

  it('points at a mistake in the text that interpolation brought in', () => {
    const filter = '[Definition]\n_name = do(or\nfailregex = ^%(_name)s from <HOST>$\n';
    const { diagnostics } = compile(JAIL, filter);
    expect(diagnostics).toMatchObject([
      { code: 'REGEX_SYNTAX', at: { file: 'filter.d/door.conf', line: 2, column: 11 } },
    ]);
  });

  it('refuses a failregex without an id, unless prefregex has one', () => {
    expect(compile(JAIL, '[Definition]\nfailregex = ^door: wrong code$\n').diagnostics).toMatchObject([
      { code: 'NO_FAILURE_ID', severity: 'error', at: { line: 2, column: 13 } },
    ]);
    const filter = '[Definition]\nprefregex = ^<HOST>: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ^wrong code$\n';
    expect(compile(JAIL, filter).compiled.jails).toHaveLength(1);
  });

  it('reports once that a prefregex is wrong, and nothing of the failregexes that rely on it', () => {
    const filter = '[Definition]\nprefregex = ^<HOST>: <F-CONTENT>.+</F-CONTENT>(\nfailregex = ^wrong code$\n';
    expect(compile(JAIL, filter).diagnostics.map(({ code }) => code)).toEqual(['REGEX_SYNTAX']);
  });

  it('keeps a jail without failregex, for bans made by hand, and reports it', () => {
    const { compiled, diagnostics } = compile(JAIL, '[Definition]\nfailregex =\n');
    expect(compiled.jails).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: 'NO_FAILREGEX', severity: 'warning' }]);
  });

  it('points into a datepattern', () => {
    const { diagnostics } = compile(JAIL, `${DOOR}datepattern = {^LN-BEG}\n   ^%%Q\n`);
    expect(diagnostics).toMatchObject([{ severity: 'error', at: { file: 'filter.d/door.conf', line: 4 } }]);
  });

  it('hands on what is wrong with the configuration itself', () => {
    const { diagnostics } = compile(`${JAIL}logtimezone = Mars/Olympus\n`);
    expect(diagnostics).toMatchObject([{ severity: 'error', at: { file: 'jail.local', line: 7 } }]);
  });

  it("reads no date where the filter's lines come from a journal", () => {
    const { compiled } = compile(JAIL.replace('filter = door', 'filter = door[logtype=journal]'));
    expect(compiled.jails[0]?.match.dates).toBeUndefined();
  });

  it.each([
    ['sns', 1],
    ['sendmail-whois', 1],
    ['network-acl', 0],
    ['iptables-multiport', 0],
  ])('reports whether action = %s needs a notifier', (action, count) => {
    const { diagnostics } = compile(`${JAIL}\naction = ${action}\n`);
    expect(diagnostics.filter(({ code }) => code === 'NOBODY_NOTIFIED')).toHaveLength(count);
  });
});
