import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cloudjail } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();
file('config/jail.local', '[sshd]\nenabled = true\nmaxretry = 10\n');
file('broken/jail.local', '[sshd]\nenabled = true\nfilter = nowhere\n');
const WORK = ['--lines-per-day', '1,000_000', '--attempts-per-day', '1e4'];

describe('cloudjail cost', { timeout: 90_000 }, () => {
  it('prints an item a line, what is fixed, and what is free', async () => {
    const { code, out, err } = await cloudjail('cost', ...WORK);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^the servers' logs, taken in +4\.44 GB +\$2\.22 +\$0\.00 +\$0\.00$/m);
    expect(out).toMatch(/^in all +\$\d+\.\d\d +\$\d+\.\d\d +\$\d+\.\d\d$/m);
    expect(out).toContain('2,000 bans a day');
  });

  it('agrees with the README', async () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| (\d+) \| ([\d,]+) \| ([\d,]+) \| \$(\d+) \| \$(\d+) \|$/gm)];
    expect(rows).toHaveLength(3);
    for (const [, servers = '', lines = '', attempts = '', list, afterFree] of rows) {
      const work = ['--servers', servers, '--lines-per-day', lines, '--attempts-per-day', attempts];
      const { usd, fixed, free } = JSON.parse((await cloudjail('cost', ...work, '--json')).out);
      expect([Math.round(usd), Math.round(usd - free)]).toEqual([Number(list), Number(afterFree)]);
      expect(readme).toContain(`| any | none | none | $${Math.round(fixed)} |`);
    }
  });

  it('is of the configuration that is named, at the prices that are given, as JSON', async () => {
    const { code, out, err } = await cloudjail(
      ...[
        'cost',
        ...WORK,
        '--config',
        path('config'),
        '--price',
        'log-ingestion=1',
        '--region',
        'eu-central-1',
        '--json',
      ],
    );
    expect(code).toBe(0);
    expect(err).toContain('us-east-1');
    const { items, usd, workload } = JSON.parse(out);
    expect(workload.bansPerDay).toBe(1000);
    expect(items[0]).toMatchObject({ price: 'log-ingestion', usd: items[0].amount });
    expect(items.reduce((sum: number, item: { usd: number }) => sum + item.usd, 0)).toBeCloseTo(usd, 8);
  });

  it.each([
    [['--lines-per-day', 'many', '--attempts-per-day', '1'], 2, 'many: not a number'],
    [['--lines-per-day', '1', '--attempts-per-day', '2'], 2, 'more attempts than lines'],
    [[...WORK, '--price', 'gold=1'], 2, 'the prices are log-ingestion'],
    [['--lines-per-day', '1'], 2, '--attempts-per-day'],
    [[...WORK, '--config', path('broken')], 1, 'nowhere'],
    [[...WORK, '--config', path('none')], 1, 'none'],
  ])('%j is answered with code %d', async (args, code, said) => {
    const ran = await cloudjail('cost', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(said);
  });
});
