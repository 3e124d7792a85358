import { describe, expect, it } from 'vitest';
import { CODES_BY_FAMILY } from '../../../core/diagnostics/codes.ts';
import { cloudjail } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('cloudjail explain', () => {
  it.each(['BAD_RANGE', 'bad_range', 'Bad_Range'])('prints the article of %s', async (code) => {
    const { code: exit, out, err } = await cloudjail('explain', code);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/^BAD_RANGE\n\nA word of `ignoreip`/);
    expect(out).toContain('\njail.local, reported at line 3:\n\n    [sshd]\n    enabled = true\n');
    expect(out).toMatch(/\nRemedy\. Use the spelling/);
    expect(out).not.toMatch(/```|\*\*/);
  });

  it('prints the command that brings a diagnostic about', async () => {
    const { out } = await cloudjail('explain', 'AGENT_READ_TIME');
    expect(out).toContain('The command:\n\n    npx cloudjail agent-config\n');
    expect(out).toContain('times (docs/servers.md)');
  });

  it.each([
    ['BAD_RAGNE', 'there is no code "BAD_RAGNE": did you mean BAD_RANGE?\n'],
    ['xyz', 'there is no code "xyz": cloudjail explain lists the codes\n'],
  ])('refuses %s', async (code, message) => {
    expect(await cloudjail('explain', code)).toEqual({ code: 2, out: '', err: message });
  });

  it('lists each code on a line', async () => {
    const { out } = await cloudjail('explain');
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(Object.values(CODES_BY_FAMILY).flat().sort());
    for (const line of lines) expect(line).toMatch(/^[A-Z_0-9]+ +[A-Z`].*\.$/);
  });
});

describe('a run with diagnostics', () => {
  it('ends them with one hint', async () => {
    const { file, path } = temporaryFolder();
    file('jail.local', '[DEFAULT]\nusedns = yes\n[sshd]\nenabled = true\nmaxretry = five\nfindtime = soon\n');
    const { out } = await cloudjail('check', '--config', path('.'));
    expect(out.match(/cloudjail explain/g)).toHaveLength(1);
    expect(out).toMatch(/\nFor details: cloudjail explain [A-Z_]+\nJails that compile/);
  });
});
