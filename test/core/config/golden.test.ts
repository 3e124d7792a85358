import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readJails } from '../../../core/config/read-jails.ts';
import { renderDiagnostic } from '../../../core/diagnostics/render.ts';
import { memoryFiles } from './memory-files.ts';

const golden = (name: string) => readFileSync(new URL(`./golden/${name}`, import.meta.url), 'utf8');

describe('a configuration with everything wrong', () => {
  it('reports all of it, with the line and carets', async () => {
    const files = memoryFiles({
      'jail.local': golden('jail.local'),
      'filter.d/nginx-http-auth.conf': '[Definition]\n',
      'filter.d/sshd.conf':
        '[Definition]\nmode = normal\nre-normal = ^x <HOST>$\nre-aggressive = ^y <HOST>$\nprefregex = <re-<mode>>\n',
      'jail.conf': '[DEFAULT]\nfilter = %(__name__)s[mode=%(mode)s]\nmode = normal\nlogpath = /var/log/auth.log\n',
    });
    const { diagnostics } = readJails(files);
    const text = diagnostics.map((diagnostic) => {
      const line = diagnostic.at && files.read(diagnostic.at.file)?.split('\n')[diagnostic.at.line - 1];
      return renderDiagnostic(diagnostic, line);
    });
    await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('golden/expected.txt');
  });
});
