import { describe, expect, it } from 'vitest';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();

const FILTERS: Readonly<Record<string, string>> = {
  sound: '^\\s*gate: refused [^:]* from <HOST>$',
  forgeable: '^\\s*gate: refused .*? from <HOST>',
  open: '^\\s*gate: refused .* from <HOST>',
  endless: '^\\s*gate: (?:\\w+)* from <HOST>$',
  broken: '^\\s*gate: (refused from <HOST>$',
};
for (const [name, failregex] of Object.entries(FILTERS)) {
  file(`config/filter.d/${name}.conf`, `[Definition]\nfailregex = ${failregex}\n`);
}
file(
  'config/jail.local',
  Object.keys(FILTERS)
    .map((name) => `[${name}]\nenabled = ${name === 'sound'}\nlogpath = /var/log/${name}.log\n`)
    .join('') +
    '[acknowledged]\nfilter = forgeable\nlogpath = /var/log/a.log\nacknowledge = FORGEABLE_ADDRESS names have no blanks here\n' +
    '[many]\nlogpath = /var/log/many.log\n',
);
file(
  'config/filter.d/many.conf',
  `[Definition]\nfailregex = ${['a', 'b', 'c'].map((word) => `^\\s*gate: ${word} \\S+ from <HOST>`).join('\n            ')}\n`,
);
const CONFIG = ['--config', path('config')];

describe('cloudjail check', () => {
  it('finds nothing wrong with what is shipped', async () => {
    const { code, out, err } = await cloudjail('check');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Errors: 0, warnings: 0.');
  });

  it('looks at the enabled jails, and reports which', async () => {
    const { code, out } = await cloudjail('check', ...CONFIG);
    expect({ code, out }).toEqual({ code: 0, out: 'Jails that compile: 1: sound. Errors: 0, warnings: 0.\n' });
  });

  it('shows a mistake with its line, and exits 1', async () => {
    const { code, out } = await cloudjail('check', ...CONFIG, '--jail', 'broken');
    expect(code).toBe(1);
    expect(out).toContain('--> filter.d/broken.conf:2:');
    expect(out).toContain('Jails that compile: 0. Errors: 1, warnings: 0.');
  });

  it('refuses a failregex that is forgeable, until the jail acknowledges it', async () => {
    const { code, out } = await cloudjail('check', '--json', ...CONFIG, '--jail', 'forgeable');
    expect(code).toBe(1);
    expect(jsonLines(out)).toMatchObject([
      { code: 'FORGEABLE_ADDRESS', severity: 'error', at: { file: 'filter.d/forgeable.conf', line: 2 } },
      { summary: { jails: ['forgeable'], errors: 1, warnings: 0 } },
    ]);
    const { code: acknowledged } = await cloudjail('check', ...CONFIG, '--jail', 'acknowledged');
    expect(acknowledged).toBe(0);
  });

  it('warns of a failregex that is endless', async () => {
    const { code: exit, out } = await cloudjail('check', '--json', ...CONFIG, '--jail', 'endless');
    expect(exit).toBe(0);
    expect(jsonLines(out)).toMatchObject([
      { code: 'EXPONENTIAL_BACKTRACKING', severity: 'warning', at: { file: 'filter.d/endless.conf', line: 2 } },
      { summary: { jails: ['endless'], errors: 0, warnings: 1 } },
    ]);
  });

  it('shows a line that proves it', async () => {
    const { out } = await cloudjail('check', ...CONFIG, '--jail', 'forgeable');
    const line = 'Nov 22 10:15:30 gate: refused x from 203.0.113.9 from 192.0.2.110';
    expect(out.replace(/\s+/g, ' ')).toContain(
      `of the line '${line}', which is about 192.0.2.110, it bans 203.0.113.9`,
    );
  });

  it('makes one line of infos of a kind', async () => {
    const { code, out } = await cloudjail('check', ...CONFIG, '--jail', 'many');
    expect(code).toBe(0);
    expect(out.match(/info\[FORGEABLE_IF_CHOSEN\]/g)).toHaveLength(1);
    expect(out.replace(/\s+/g, ' ')).toContain(
      '3 of a kind: filter.d/many.conf:2, filter.d/many.conf:3, filter.d/many.conf:4',
    );
  });

  it('shows the text that keeps a regex busy', async () => {
    const { out } = await cloudjail('check', ...CONFIG, '--jail', 'endless');
    expect(out).toMatch(/takes time that doubles with every round on '\s*gate: ', then '\w+' \d+ times, then '.'/);
  });

  it('only mentions what depends on the program that logs', async () => {
    const { code, out } = await cloudjail('check', '--json', ...CONFIG, '--jail', 'open');
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([
      { code: 'FORGEABLE_IF_CHOSEN', severity: 'info' },
      { summary: { jails: ['open'], errors: 0, warnings: 0 } },
    ]);
  });

  it('looks at every jail when asked to', async () => {
    const { code, out } = await cloudjail('check', '--json', '--all', ...CONFIG);
    expect(code).toBe(1);
    const { summary } = jsonLines(out).at(-1) as { summary: { jails: string[]; errors: number } };
    expect(summary.jails).toEqual(expect.arrayContaining(['sound', 'forgeable', 'endless', 'sshd']));
    expect(summary.jails).not.toContain('broken');
    expect(summary.errors).toBe(2);
  }, 180_000);
});
