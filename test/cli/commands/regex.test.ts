import { describe, expect, it } from 'vitest';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();

file(
  'config/filter.d/gate.conf',
  `[Definition]
prefregex = ^\\s*<F-MLFID>gate(?:\\[\\d+\\])?: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$
            ^<F-NOFAIL>call</F-NOFAIL> <HOST>
            ^refused user \\S+$
            <more-<mode>>
ignoreregex = user friend$
more-normal =
more-strict = ^late <HOST>$
mode = normal
`,
);
file('config/filter.d/pair.conf', '[Definition]\nmaxlines = 3\nfailregex = ^\\s*first <HOST>$<SKIPLINES>^\\s*second\n');
file('elsewhere/lone.conf', '[INCLUDES]\nbefore = words.conf\n[Definition]\nfailregex = ^\\s*%(word)s <HOST>$\n');
file('elsewhere/words.conf', '[DEFAULT]\nword = alone\n');
const CONFIG = ['--config', path('config')];

const TIME = Date.UTC(2025, 5, 1) / 1000;
const LOG = file(
  'gate.log',
  `# a comment, and an empty line

2025-06-01 00:00:00 gate[1]: call 8.8.8.8
2025-06-01 00:00:01 gate[1]: refused user ann
gate[2]: refused 1.1.1.1 user bob
2025-06-01 00:00:03 gate[3]: refused 1.1.1.1 user friend
2025-06-01 00:00:04 gate[4]: late host.example
2025-06-01 00:00:05 hall: refused 8.8.8.8
`,
);

describe('cloudjail regex', () => {
  it('reports in JSON each line that matched anything, numbered from 1', async () => {
    const { code, out, err } = await cloudjail('regex', '--json', ...CONFIG, LOG, 'gate[mode=strict]');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(jsonLines(out)).toEqual([
      {
        line: 3,
        time: TIME,
        ignored: true,
        matches: [{ failregex: 2, id: '8.8.8.8', nofail: true, groups: { ip4: '8.8.8.8' } }],
      },
      {
        line: 4,
        time: TIME + 1,
        ignored: false,
        matches: [{ failregex: 3, id: '8.8.8.8', nofail: false, groups: { ip4: '8.8.8.8' } }],
      },
      {
        line: 5,
        time: TIME + 1,
        ignored: false,
        matches: [{ failregex: 1, id: '1.1.1.1', nofail: false, groups: { ip4: '1.1.1.1', user: 'bob' } }],
      },
      { line: 6, time: TIME + 3, ignored: true, matches: [] },
      {
        line: 7,
        time: TIME + 4,
        ignored: false,
        matches: [{ failregex: 4, id: 'host.example', nofail: false, groups: { dns: 'host.example' } }],
      },
      { summary: { lines: 6, ignored: 2, matched: 3, missed: 1 } },
    ]);
  });

  it('prints a report with the parts of fail2ban-regex', async () => {
    const { code, out } = await cloudjail('regex', ...CONFIG, LOG, 'gate');
    expect(code).toBe(0);
    expect(out.replace(/\d+\.\d\d sec/, '0.00 sec')).toBe(`
Running tests
=============

Use failregex filter : gate, from ${path('config')}
Use         log file : ${LOG}
Use         encoding : UTF-8


Results
=======

Prefregex: 5 total
|  ^\\s*<F-MLFID>gate(?:\\[\\d+\\])?: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
\`-

Failregex: 3 total
|-  #) [# of hits] regular expression
|   1) [1] ^refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$
|   2) [1] ^<F-NOFAIL>call</F-NOFAIL> <HOST>
|   3) [1] ^refused user \\S+$
\`-

Ignoreregex: 1 total
|-  #) [# of hits] regular expression
|   1) [1] user friend$
\`-

Date template hits:
|- [# of hits] date format
|  [5] {^LN-BEG}ExYear(?P<_sep>[-/.])Month(?P=_sep)Day(?:T|  ?)24hour:Minute:Second(?:[.,]Microseconds)?(?:\\s*Zone offset)?
\`-

Lines: 6 lines, 2 ignored, 2 matched, 2 missed
[processed in 0.00 sec]

|- Ignored line(s):
|  2025-06-01 00:00:00 gate[1]: call 8.8.8.8
|  2025-06-01 00:00:03 gate[3]: refused 1.1.1.1 user friend
\`-
|- Missed line(s):
|  2025-06-01 00:00:04 gate[4]: late host.example
|  2025-06-01 00:00:05 hall: refused 8.8.8.8
\`-
`);
  });

  it('shows what each failregex found when asked to, and the matched lines', async () => {
    const { out } = await cloudjail('regex', '-v', '--print-all-matched', '--print-no-missed', ...CONFIG, LOG, 'gate');
    expect(out).toContain('|      1.1.1.1  Sun Jun 01 00:00:01 2025\n');
    expect(out).toContain('|- Matched line(s):\n|  2025-06-01 00:00:01 gate[1]: refused user ann\n');
    expect(out).not.toContain('Missed line(s)');
  });

  it('shows regexes without hits, and those of dates, when asked to', async () => {
    for (const flags of [
      ['-v', '--VD'],
      ['--verbosity', '1', '--verbose-date'],
    ]) {
      const { out } = await cloudjail('regex', ...flags, ...CONFIG, LOG, 'gate[mode=strict]', 'never');
      expect(out).toContain('|   2) [0] never\n');
      expect(out).toMatch(/^\| {2}\[0\] \{\^LN-BEG\}Epoch$/m);
      expect(out).toMatch(/^\| {6}# regex: {2}/m);
    }
  });

  it('does not print many lines unless asked to', async () => {
    const log = file('many.log', '2025-06-01 00:00:00 nothing\n'.repeat(30));
    const some = await cloudjail('regex', ...CONFIG, log, 'gate');
    expect(some.out).toContain('Missed line(s): 30 are too many to show; --print-all-missed shows them\n');
    const all = await cloudjail('regex', '--print-all-missed', ...CONFIG, log, 'gate');
    expect(all.out.match(/^\| {2}2025-06-01 00:00:00 nothing$/gm)).toHaveLength(30);
  });

  it('counts the lines a match of several took', async () => {
    const log = file(
      'pair.log',
      ['first 8.8.8.8', 'between', 'second', 'rest'].map((text) => `2025-06-01 00:00:00 ${text}\n`).join(''),
    );
    const { out } = await cloudjail('regex', '--json', ...CONFIG, log, 'pair');
    expect(jsonLines(out).at(-1)).toEqual({ summary: { lines: 4, ignored: 0, matched: 2, missed: 2 } });
  });

  it('takes a line and a failregex as they are typed, and an ignoreregex', async () => {
    const args = ['2025-06-01 00:00:00 srv app: refused 8.8.8.8', '^\\s*\\S+ app: refused <HOST>$'];
    const matched = await cloudjail('regex', '--json', ...CONFIG, ...args);
    expect(jsonLines(matched.out)[0]).toMatchObject({ line: 1, time: TIME, matches: [{ id: '8.8.8.8' }] });
    const ignored = await cloudjail('regex', '--json', ...CONFIG, ...args, '8\\.8\\.8\\.8');
    expect(jsonLines(ignored.out)).toMatchObject([{ ignored: true, matches: [] }, { summary: { ignored: 1 } }]);
  });

  it("takes a filter's file, with the includes beside it", async () => {
    const line = '2025-06-01 00:00:00 alone 8.8.8.8';
    for (const regex of [path('elsewhere/lone.conf'), path('elsewhere/lone')]) {
      const { out, err } = await cloudjail('regex', '--json', line, regex);
      expect(err).toBe('');
      expect(jsonLines(out).at(-1)).toMatchObject({ summary: { matched: 1 } });
    }
    const inPlace = await cloudjail('regex', '--json', LOG, path('config/filter.d/gate.conf'));
    expect(jsonLines(inPlace.out).at(-1)).toMatchObject({ summary: { lines: 6, matched: 2 } });
  });

  it.each([
    [['--datepattern', '^%Y-%d-%m'], Date.UTC(2025, 0, 6) / 1000],
    [['--timezone', 'UTC+0200'], TIME - 7200],
    [['--TZ', 'CET'], TIME - 3600],
  ])('reads dates as set by %j', async (args, time) => {
    const { out } = await cloudjail(
      'regex',
      '--json',
      ...CONFIG,
      ...args,
      '2025-06-01 00:00:00 gate: refused 8.8.8.8',
      '<HOST>$',
    );
    expect(jsonLines(out)[0]).toMatchObject({ time });
  });

  it('takes dates without a year as the last before --now', async () => {
    const args = ['Jun  1 00:00:00 srv app: refused 8.8.8.8', 'refused <HOST>$'];
    const { out } = await cloudjail('regex', '--json', ...CONFIG, '--now', String(TIME + 60), ...args);
    expect(jsonLines(out)[0]).toMatchObject({ time: TIME });
  });

  it('knows no time in lines of a journal', async () => {
    const { out } = await cloudjail(
      'regex',
      '--json',
      '--logtype',
      'journal',
      'gate: refused 8.8.8.8',
      '^gate: refused <HOST>$',
    );
    expect(jsonLines(out)[0]).toMatchObject({ time: null, matches: [{ id: '8.8.8.8' }] });
  });

  it.each([
    ['id', '8.8.8.8\n1.1.1.1\n'],
    ['ip', '8.8.8.8\n1.1.1.1\n'],
    ['user', '\nbob\n'],
    [
      'msg',
      '2025-06-01 00:00:00 gate[1]: call 8.8.8.8\n2025-06-01 00:00:01 gate[1]: refused user ann\ngate[2]: refused 1.1.1.1 user bob\n',
    ],
    ['row', `["8.8.8.8",${TIME + 1},{"ip4":"8.8.8.8"}]\n["1.1.1.1",${TIME + 1},{"ip4":"1.1.1.1","user":"bob"}]\n`],
    ['<time> <ip> <F-USER> <F-PORT> <what>', `${TIME + 1} 8.8.8.8   <what>\n${TIME + 1} 1.1.1.1 bob  <what>\n`],
  ])('prints failures alone with --out %s', async (format, expected) => {
    const { out } = await cloudjail('regex', ...CONFIG, '--out', format, LOG, 'gate');
    expect(out).toBe(expected);
  });

  it.each([
    ['no such log', ['missing.log', 'gate'], 2, 'missing.log: no such file'],
    ['no such filter', [LOG, 'gaet'], 1, 'did you mean "gate"?'],
    ['a regex that captures nothing', [LOG, '^refused (.*)$'], 1, 'error[NO_FAILURE_ID]'],
    ['a regex that is none', [LOG, '^refused (<HOST>$'], 1, 'error['],
    ['another encoding', ['-e', 'latin1', LOG, 'gate'], 2, 'only UTF-8 is read'],
    [
      'options that exclude each other',
      ['--print-no-missed', '--print-all-missed', LOG, 'gate'],
      2,
      'exclude each other',
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const ended = await cloudjail('regex', ...CONFIG, ...args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
  });
});
