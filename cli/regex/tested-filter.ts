import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { ConfigFiles } from '../../core/config/config-files.ts';
import type { Filter } from '../../core/config/jail.ts';
import { filterNames, readFilter } from '../../core/config/read-filter.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { configDirectory } from '../../filters/config-directory.ts';

/** The filter under test, and where it came from. */
export interface TestedFilter {
  /** `undefined` when it can't be read: the diagnostics give the reason. */
  readonly filter: Filter | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What the diagnostics point into. */
  readonly files: ConfigFiles;
  readonly kind: 'filter' | 'file' | 'line';
  /** As given, without arguments. */
  readonly name: string;
}

/**
 * `sshd`, `sshd[mode=aggressive]`, `filter.d/sshd.conf`,
 * `/etc/fail2ban/filter.d/sshd.conf[mode=ddos]`.
 */
const FILTER_NAME = /^([\w/.-]+)((?:\[.*\])*)$/s;

/**
 * What the REGEX argument of `cloudjail regex` means: a filter of the configuration, a filter's
 * file, or a failregex.
 *
 * @param text as typed
 */
export function testedFilter(text: string, files: ConfigFiles, logtype: string | undefined): TestedFilter {
  const [, name, args = ''] = FILTER_NAME.exec(text) ?? [];
  if (name === undefined) return { ...lineFilter(text, logtype), files };
  const withLogtype = logtype === undefined ? args : `${args}[logtype="${logtype}"]`;
  const path = name.includes('/') ? existingFile(name) : undefined;
  if (path === undefined) {
    const known = knownAs(name, files);
    return { ...readFilter(files, known + withLogtype), files, kind: 'filter', name };
  }
  const around = filesAround(path, files);
  return { ...readFilter(around, basename(path, extname(path)) + withLogtype), files: around, kind: 'file', name };
}

function lineFilter(text: string, logtype = 'file'): Omit<TestedFilter, 'files'> {
  const filter: Filter = {
    name: 'command line',
    prefregex: undefined,
    failregex: [{ value: text }],
    ignoreregex: [],
    maxlines: 1,
    datepattern: undefined,
    logtype,
  };
  return { filter, diagnostics: [], kind: 'line', name: text };
}

/** The name may be given with its extension. */
function knownAs(name: string, files: ConfigFiles): string {
  const bare = name.replace(/\.(?:conf|local)$/, '');
  return filterNames(files).includes(bare) ? bare : name;
}

function existingFile(name: string): string | undefined {
  return [name, `${name}.conf`, `${name}.local`].find((path) => existsSync(path) && statSync(path).isFile());
}

/**
 * The configuration that a filter's file stands in; a file of its own finds its includes beside it.
 */
function filesAround(path: string, files: ConfigFiles): ConfigFiles {
  const folder = dirname(resolve(path));
  if (basename(folder) === 'filter.d') return configDirectory(dirname(folder));
  const beside = (name: string): string | undefined => {
    const file = join(folder, name.slice('filter.d/'.length));
    return name.startsWith('filter.d/') && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  return { ...files, read: (name) => beside(name) ?? files.read(name) };
}
