import { type ReadJailsOptions, readJails } from '../../../core/config/read-jails.ts';
import { memoryFiles } from './memory-files.ts';

export const BASE = {
  'jail.conf': `[DEFAULT]
enabled = false
filter = %(__name__)s[mode=%(mode)s]
mode = normal
action = waf
logpath = /var/log/auth.log
[sshd]
[web]
filter = web
`,
  'filter.d/sshd.conf': '[Definition]\nmdre-normal = ^n <HOST>$\nmdre-hard = ^h <HOST>$\nfailregex = <mdre-<mode>>\n',
  'filter.d/web.conf': '[Definition]\nfailregex = ^w <HOST>$\nignoreregex = ^i$\ndatepattern = %%Y\n',
};

export function read(local: string, options?: ReadJailsOptions, files: Record<string, string> = {}) {
  const reading = readJails(memoryFiles({ ...BASE, 'jail.local': local, ...files }), options);
  return {
    ...reading,
    jail: (name: string) => reading.jails.find((jail) => jail.name === name),
    problems: reading.diagnostics.map(({ code, at }) => `${code} ${at ? `${at.file}:${at.line}:${at.column}` : '-'}`),
  };
}

export const sshd = (options: string) => read(`[sshd]\nenabled = true\n${options}`);
