import { type FirewallTarget, meaningOf } from '../config/actions.ts';
import { checkTargets, onlyBlocklist } from '../config/check-targets.ts';
import type { ConfigFiles } from '../config/config-files.ts';
import type { ActionReference, Jail } from '../config/jail.ts';
import { readJails } from '../config/read-jails.ts';
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { COMPILED_FORMAT, type CompiledJail, type CompiledJails } from '../records/compiled-jail.ts';
import { compileMatch } from './compile-match.ts';
import { type LogGroups, logGroups } from './log-groups.ts';

export interface CompileOptions {
  /** The jails to compile, enabled or not. Without it, those that the configuration enables. */
  readonly only?: readonly string[];
  /** Options laid over each of them, as if written last in its section. */
  readonly set?: Readonly<Record<string, string>>;
  /** The targets the stack has: jails that they can't enforce are reported. Absent: unknown. */
  readonly targets?: readonly FirewallTarget[];
}

export interface Compilation {
  /**
   * Without the jails that could not be compiled. Not to be deployed when a diagnostic is an error.
   */
  readonly compiled: CompiledJails;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a configuration directory and compiles its jails for the matcher. Nothing is thrown: every
 * mistake is a diagnostic.
 */
export function compileJails(files: ConfigFiles, options: CompileOptions = {}): Compilation {
  const { jails, dbpurgeage, diagnostics } = readJails(files, options);
  const enabled = jails.filter((jail) => jail.enabled);
  const compiled = enabled.map((jail) => compileJail(jail, dbpurgeage));
  return {
    compiled: { format: COMPILED_FORMAT, jails: compiled.flatMap(({ jail }) => jail ?? []) },
    diagnostics: [
      ...diagnostics,
      ...compiled.flatMap((one) => one.diagnostics),
      ...(options.targets ? ofTargets(enabled, options.targets) : []),
    ],
  };
}

function ofTargets(jails: readonly Jail[], targets: readonly FirewallTarget[]): readonly Diagnostic[] {
  return [...jails.flatMap((jail) => checkTargets(jail, targets)), ...onlyBlocklist(jails, targets)];
}

interface JailCompilation {
  readonly jail: CompiledJail | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function nobodyNotified(action: ActionReference): readonly Diagnostic[] {
  if (meaningOf(action) !== 'sns') return [];
  const { name, at } = action;
  return [
    {
      code: 'NOBODY_NOTIFIED',
      severity: 'info',
      message: `action ${name}: no one is notified, because no stack sends notices yet`,
      help: 'the log of the matcher function shows each ban',
      ...(at && { at }),
    },
  ];
}

const NO_GROUPS: LogGroups = { names: [], prefixes: [], diagnostics: [] };

/**
 * Right for a jail that is there for `set JAIL banip`; with logs of its own it looks like a slip.
 */
function bansByHand({ name, loggroup, logpath }: Jail): Diagnostic {
  const log = loggroup[0] ?? logpath[0];
  return {
    code: 'NO_FAILREGEX',
    severity: log === undefined ? 'info' : 'warning',
    message: `jail ${name} has no failregex, so it bans only by hand`,
    ...(log !== undefined && { help: 'set filter or failregex, or leave logpath and loggroup out' }),
    ...(log?.at && { at: log.at }),
  };
}

function compileJail(jail: Jail, dbpurgeage: number): JailCompilation {
  if (!jail.filter) return { jail: undefined, diagnostics: [] };
  const recidive = jail.filter.name === 'recidive';
  const byHand = jail.filter.failregex.length === 0;
  // The usual logpath of recidive is fail2ban's own log, which no server of ours writes.
  const groups = byHand || (recidive && jail.loggroup.length === 0) ? NO_GROUPS : logGroups(jail);
  const { match, diagnostics: ofMatch } = compileMatch(jail.filter, jail);
  const ofFilter = byHand ? ofMatch.map((one) => (one.code === 'NO_FAILREGEX' ? bansByHand(jail) : one)) : ofMatch;
  const diagnostics = [...groups.diagnostics, ...ofFilter, ...jail.actions.flatMap(nobodyNotified)];
  if (!match || hasErrors(diagnostics)) return { jail: undefined, diagnostics };
  const { name, maxretry, findtime, bantime, maxmatches, increment, ignoreself, ignoreip } = jail;
  const { banreserved, ipv4prefix, ipv6prefix, maxbans, actions, port, protocol } = jail;
  return {
    jail: {
      name,
      loggroups: groups.names,
      recidive,
      maxretry,
      findtime,
      bantime,
      maxmatches,
      increment,
      dbpurgeage,
      ignoreself,
      ...(groups.prefixes.length > 0 ? { logGroupPrefixes: groups.prefixes } : {}),
      ignoreip: ignoreip.map(({ value }) => value),
      banreserved: banreserved.map(({ value }) => value),
      ipv4prefix,
      ipv6prefix,
      maxbans,
      actions,
      port,
      protocol,
      match,
    },
    diagnostics,
  };
}
