import { describe, expect, it } from 'vitest';
import type { PatternTest } from '../../../aws/logs/cloudwatch-pattern-test.ts';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { matchingLines } from '../../../cli/check/matching-lines.ts';
import { type PatternGroup, patternGroups } from '../../../cli/check/pattern-groups.ts';
import { proofObject, proofText } from '../../../cli/check/pattern-report.ts';
import { provePatterns, type UsersLine } from '../../../cli/check/prove-patterns.ts';
import { compileJails } from '../../../core/compile/compile-jails.ts';
import type { ConfigFiles } from '../../../core/config/config-files.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { textConfig } from '../../core/match/text-config.ts';
import { patternMatcher, type TermReading } from '../../emulators/cloudwatch-logs-pattern.ts';
import { inspectedJails, oneJail } from './one-jail.ts';

const READINGS: readonly TermReading[] = ['word', 'substring'];

function patternsReadAs(reading: TermReading): PatternTest {
  return {
    passed: async (pattern, texts) => new Set(texts.filter(patternMatcher(pattern, reading))),
  };
}

function prove(
  groups: readonly PatternGroup[],
  files: ConfigFiles,
  reading: TermReading,
  users: readonly UsersLine[] = [],
) {
  const options = { patterns: patternsReadAs(reading), watch: vmWatch(), users, progress: () => undefined };
  return provePatterns(groups, inspectedJails(files), options);
}

const GATE = textConfig({
  'jail.local': `[DEFAULT]
enabled = true
filter = %(__name__)s
[gate]
loggroup = /one /two
[door]
loggroup = /two
[anything]
loggroup = /web-*
`,
  'filter.d/gate.conf': `[Definition]
failregex = ^ gate: (?:refused|turned away) <HOST>$
            ^ <F-NOFAIL>gate: opened for</F-NOFAIL> <HOST>$
`,
  'filter.d/door.conf': '[Definition]\nfailregex = ^ door slams on <HOST>$\n',
  'filter.d/anything.conf': '[Definition]\nfailregex = ^ \\w* <HOST>$\n',
});

const groupsOf = (files: ConfigFiles) => patternGroups(compileJails(files).compiled.jails);

describe('the patterns of all jails that are shipped', () => {
  const files = configDirectory(undefined);
  const only = readJails(files).jails.map(({ name }) => name);
  const groups = patternGroups(compileJails(files, { only }).compiled.jails);

  it.each(READINGS)('let through all lines made up, with terms read as a %s', async (reading) => {
    const proofs = await prove(groups, files, reading);
    for (const { logGroup, lost, unsampled, refused } of proofs) {
      expect({ logGroup, lost, unsampled, refused }).toEqual({ logGroup, lost: [], unsampled: [], refused: undefined });
    }
    expect(proofs.filter(({ allEvents }) => allEvents === undefined).length).toBeGreaterThan(10);
    expect(proofs.reduce((sum, { proven }) => sum + proven, 0)).toBeGreaterThan(500);
  });
});

describe('patternGroups', () => {
  it('names each log group with the jails that read it, and what its pattern is', () => {
    const shown = groupsOf(GATE).map(({ logGroup, jails, pattern, allEvents }) => ({
      logGroup,
      pattern,
      allEvents,
      jails: jails.map(({ name }) => name),
    }));
    expect(shown).toMatchObject([
      { logGroup: '/one', jails: ['gate'], allEvents: undefined },
      { logGroup: '/two', jails: ['gate', 'door'], allEvents: undefined },
      { logGroup: '/web-*', jails: ['anything'], pattern: '', allEvents: expect.stringContaining('anything') },
    ]);
    expect(shown[1]?.pattern).toMatch(/^\?".+" \?".+"$/);
  });
});

describe('matchingLines', () => {
  it('makes up lines with dates, through every branch', () => {
    const jail = oneJail('failregex = ^ gate: (?:refused|turned away) <HOST>$');
    const lines = jail.failregex.flatMap((regex) => matchingLines(jail, regex, vmWatch()));
    expect(lines.some((line) => /^Nov 22 10:15:30 gate: refused \S+$/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes('turned away'))).toBe(true);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('makes up lines that are no failures by themselves', () => {
    const jail = oneJail('failregex = ^ <F-NOFAIL>hello</F-NOFAIL> from <HOST>$');
    expect(jail.failregex.flatMap((regex) => matchingLines(jail, regex, vmWatch()))).not.toEqual([]);
  });

  it('makes up none for what no line can match', () => {
    const jail = oneJail('failregex = ^ a(?!b)b <HOST>$');
    expect(jail.failregex.flatMap((regex) => matchingLines(jail, regex, vmWatch()))).toEqual([]);
  });
});

describe('provePatterns', () => {
  it('finds the lines that an unsound pattern keeps out, and names the remedy', async () => {
    const unsound = groupsOf(GATE).map((group) => ({
      ...group,
      ...(group.pattern !== '' && { pattern: '"refused"' }),
    }));
    const [one, two] = await prove(unsound, GATE, 'word');
    expect(one?.proven).toBeGreaterThan(0);
    expect(one?.lost.map(({ line }) => line)).toContainEqual(expect.stringContaining('gate: turned away'));
    expect(one?.lost.map(({ line }) => line)).toContainEqual(expect.stringContaining('gate: opened for'));
    expect(two?.lost.map(({ jail }) => jail)).toContain('door');
    const text = proofText(one ? [one] : []);
    expect(text).toMatch(/lines of \d+ that match LOST:\n {6}Nov 22/);
    expect(text).toContain('  loggroup = /one\n');
  });

  it('distinguishes a term inside a longer word from a word', async () => {
    const unsound = groupsOf(GATE)
      .slice(0, 1)
      .map((group) => ({ ...group, pattern: '?"efused" ?"turned" ?"opened"' }));
    const [asWords] = await prove(unsound, GATE, 'word');
    const [asText] = await prove(unsound, GATE, 'substring');
    expect(asWords?.lost.every(({ line }) => line.includes('refused'))).toBe(true);
    expect(asWords?.lost).not.toEqual([]);
    expect(asText?.lost).toEqual([]);
  });

  it('has a way out that lets every event through', () => {
    const [way = ''] = /\[everything\][\s\S]*dry-run/.exec(proofText([unsoundProof()])) ?? [];
    const files = textConfig({
      'jail.local': `${GATE.read('jail.local') ?? ''}${way.replace(/^ +/gm, '')}\n`,
      ...Object.fromEntries(['gate', 'door', 'anything'].map((name) => [`filter.d/${name}.conf`, filterText(name)])),
    });
    expect(compileJails(files).diagnostics).toEqual(compileJails(GATE).diagnostics);
    expect(groupsOf(files).find(({ logGroup }) => logGroup === '/one')).toMatchObject({ pattern: '' });
  });

  it("tries the user's lines that match, and no others", async () => {
    const users = [
      { line: 'Nov 22 10:15:30 gate: refused 192.0.2.1', file: 'a.log' },
      { line: 'Nov 22 10:15:31 gate: greeted 192.0.2.1', file: 'a.log' },
      { line: 'Nov 22 10:15:31 gate: refused 192.0.2.1\u0007', file: 'a.log' },
    ];
    const groups = groupsOf(GATE).slice(0, 1);
    const [without] = await prove(groups, GATE, 'word');
    const [proof] = await prove(groups, GATE, 'word', users);
    expect(proof?.proven).toBe((without?.proven ?? 0) + 1);
    const [lost] = await prove(
      groups.map((group) => ({ ...group, pattern: '"nonsense"' })),
      GATE,
      'word',
      users,
    );
    expect(lost?.lost.at(-1)).toEqual({ line: users[0]?.line, jail: 'gate', from: { file: 'a.log' } });
  });

  it('names a failregex that no line could be made up for', async () => {
    const files = textConfig({
      'jail.local': '[one]\nenabled = true\nfilter = one\nloggroup = /one\n',
      'filter.d/one.conf': '[Definition]\nfailregex = ^ never a(?!b)b <HOST>$\n',
    });
    const [proof] = await prove(groupsOf(files), files, 'word');
    expect(proof).toMatchObject({ proven: 0, unsampled: [{ jail: 'one', failregex: '^ never a(?!b)b <HOST>$' }] });
    expect(proofText(proof ? [proof] : [])).toMatch(/nothing is proven\n {4}no line could be made up for 1 failregex;/);
  });

  it('reports a pattern that CloudWatch does not take', async () => {
    const refusing: PatternTest = {
      passed: async () => {
        throw Object.assign(new Error('Invalid filter pattern'), { name: 'InvalidParameterException' });
      },
    };
    const options = { patterns: refusing, watch: vmWatch(), users: [], progress: () => undefined };
    const [proof] = await provePatterns(groupsOf(GATE).slice(0, 1), inspectedJails(GATE), options);
    expect(proof && proofObject(proof)).toMatchObject({ logGroup: '/one', refused: 'Invalid filter pattern' });
    expect(proofText(proof ? [proof] : [])).toContain('CloudWatch refuses this pattern: Invalid filter pattern');
  });
});

function unsoundProof() {
  const [group] = groupsOf(GATE);
  if (!group) throw new Error('no log group');
  const lost = [{ line: 'x', jail: 'gate', from: { failregex: 'x' } }];
  return { ...group, proven: 1, lost, unsampled: [], refused: undefined };
}

function filterText(name: string): string {
  return GATE.read(`filter.d/${name}.conf`) ?? '';
}
