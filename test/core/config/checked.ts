import { readJails } from '../../../core/config/read-jails.ts';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { memoryFiles } from './memory-files.ts';

const BASE = {
  'jail.conf': `[DEFAULT]
enabled = false
filter = f[mode=%(mode)s]
mode = normal
usedns = warn
backend = auto
logencoding = auto
ignorecommand =
logpath = /var/log/x.log
banaction = iptables-multiport
port = 0:65535
action_ = %(banaction)s[port="%(port)s"]
action = %(action_)s
[j]
enabled = true
`,
  'filter.d/f.conf': '[Definition]\nfailregex = ^<HOST>$\nmode = normal\n_user = x\n',
};

/** The diagnostics of a jail of a stock-like configuration with this jail.local. */
export function diagnosticsOf(local: string, files: Record<string, string> = {}): readonly Diagnostic[] {
  return readJails(memoryFiles({ ...BASE, 'jail.local': local, ...files })).diagnostics;
}

/** The same, a line each: `warning CODE 3:1`. */
export function problemsOf(local: string, files: Record<string, string> = {}): readonly string[] {
  return diagnosticsOf(local, files).map(({ severity, code, at }) => `${severity} ${code} ${at?.line}:${at?.column}`);
}
