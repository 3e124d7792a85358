import { type Collector, createCollector, SILENT } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { ConfigFiles } from './config-files.ts';
import { configReader } from './config-reader.ts';
import type { ConfigTree } from './config-tree.ts';
import type { Option } from './ini.ts';
import type { Jail } from './jail.ts';
import { sectionValues } from './jail-values.ts';
import { INTERPOLATION_NAMES, JAIL_OPTIONS } from './known-options.ts';
import { readJail } from './read-jail.ts';
import { sourceText } from './source-text.ts';

export interface ReadJailsOptions {
  /**
   * Options laid over every selected jail, as if written last in its section: `{ maxretry: '3' }`.
   */
  readonly set?: Readonly<Record<string, string>>;
  /**
   * The jails to select and enable; all others are disabled. Without it, those enabled by the
   * configuration are selected.
   */
  readonly only?: readonly string[];
}

export interface JailsReading {
  /** Every jail, in the order fail2ban would start them; disabled ones without a filter. */
  readonly jails: readonly Jail[];
  /** `dbpurgeage` of fail2ban.conf: seconds for which past bans are remembered. */
  readonly dbpurgeage: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** fail2ban/client/fail2banreader.py: getOptions */
const DEFAULT_PURGE_AGE = 86_400;

/** Predefined in every jail configuration (fail2ban/client/jailreader.py: getOptions). */
const PREDEFINED = { fail2ban_version: '1.1.0', fail2ban_confpath: '/etc/fail2ban' };

/**
 * Every jail of a configuration directory: jail.conf, jail.d and jail.local with their includes,
 * and the filters of the enabled ones. Nothing is thrown: all mistakes are in the diagnostics, and
 * a jail is given as far as it could be read.
 */
export function readJails(files: ConfigFiles, options: ReadJailsOptions = {}): JailsReading {
  const collector = createCollector();
  const reader = configReader(files, collector);
  const written = reader.read('jail');
  const dbpurgeage = readPurgeAge(reader.read('fail2ban'), collector);
  if (written === undefined) {
    collector.add(NO_JAILS);
    return { jails: [], dbpurgeage, diagnostics: collector.all() };
  }
  const names = jailNames(written);
  for (const name of options.only ?? []) if (!names.includes(name)) collector.add(unknownJail(name, names));
  let tree = withPredefined(written);
  const jails = names.map((name): Jail => {
    const selected = options.only?.includes(name);
    if (selected ?? isEnabled(tree, name)) tree = withOverrides(tree, name, options.set ?? {});
    const reading = readJail({ files, reader, collector, tree }, name, selected);
    tree = reading.tree;
    return reading.jail;
  });
  checkSetNames(options.set ?? {}, collector);
  if (!jails.some(({ enabled }) => enabled) && !options.only?.length) collector.add(NONE_ENABLED);
  return { jails, dbpurgeage, diagnostics: collector.all() };
}

function checkSetNames(set: Readonly<Record<string, string>>, collector: Collector): void {
  for (const name of Object.keys(set)) {
    const option = name.toLowerCase();
    if (JAIL_OPTIONS.includes(option) || INTERPOLATION_NAMES.includes(option)) continue;
    const near = didYouMean(option, [...JAIL_OPTIONS, ...INTERPOLATION_NAMES]);
    const help = near === undefined ? `the options are ${JAIL_OPTIONS.join(', ')}` : `did you mean "${near}"?`;
    collector.add({
      code: 'UNKNOWN_OPTION',
      severity: 'warning',
      message: `--set ${name}: no jail has that option`,
      help,
    });
  }
}

const NONE_ENABLED: Diagnostic = {
  code: 'NO_JAIL_ENABLED',
  severity: 'warning',
  message: 'no jail is enabled, so nothing is watched',
  help: 'write [sshd] and enabled = true into jail.local',
};

const NO_JAILS: Diagnostic = {
  code: 'NO_JAIL_CONF',
  severity: 'error',
  message: 'there is neither jail.conf nor jail.local nor a file in jail.d',
  help: 'point to a copy of /etc/fail2ban, or write a jail.local',
};

/** Every section of the jail files is a jail, except [DEFAULT] and [INCLUDES]. */
function jailNames(tree: ConfigTree): readonly string[] {
  return [...tree.sections.keys()].filter((name) => name !== 'INCLUDES' && !name.startsWith('KNOWN/'));
}

function unknownJail(name: string, names: readonly string[]): Diagnostic {
  const near = didYouMean(name, names);
  const list = names.toSorted().join(', ');
  return {
    code: 'UNKNOWN_JAIL',
    severity: 'error',
    message: `there is no jail "${name}"`,
    help: `${near === undefined ? '' : `did you mean "${near}"? `}available: ${list}`,
  };
}

function isEnabled(tree: ConfigTree, name: string): boolean {
  return sectionValues(tree, name, SILENT).boolean('enabled') ?? false;
}

function withPredefined(tree: ConfigTree): ConfigTree {
  return { ...tree, defaults: new Map([...tree.defaults, ...asOptions(PREDEFINED)]) };
}

function withOverrides(tree: ConfigTree, name: string, set: Readonly<Record<string, string>>): ConfigTree {
  const section = new Map([...(tree.sections.get(name) ?? []), ...asOptions(set)]);
  return { ...tree, sections: new Map(tree.sections).set(name, section) };
}

function asOptions(values: Readonly<Record<string, string>>): [string, Option][] {
  const nowhere = { file: '', line: 1, column: 1, length: 1 };
  return Object.entries(values).map(([name, value]) => [
    name.toLowerCase(),
    { name: nowhere, value: sourceText(value) },
  ]);
}

function readPurgeAge(tree: ConfigTree | undefined, collector: Collector): number {
  if (tree === undefined) return DEFAULT_PURGE_AGE;
  return sectionValues(tree, 'Definition', collector).duration('dbpurgeage') ?? DEFAULT_PURGE_AGE;
}
