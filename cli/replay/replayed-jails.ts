import { compileJails } from '../../core/compile/compile-jails.ts';
import { reads } from '../../core/compile/log-group-readers.ts';
import { INTERPOLATION_NAMES, JAIL_OPTIONS } from '../../core/config/known-options.ts';
import { hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { CommandError, usageError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

/** Which jails, and as they are configured or as they might be. */
export interface JailChoice {
  readonly jail: readonly string[];
  readonly config?: string;
  readonly set: Readonly<Record<string, string>>;
}

/** Stands for what a jail reads, where that does not matter. */
const GIVEN = '/replay';

/**
 * Jails for log files, which each of them reads whatever it reads when deployed.
 *
 * @throws {CommandError}
 */
export function jailsForFiles(choice: JailChoice, terminal: Terminal): readonly CompiledJail[] {
  const jails = compile(choice, { loggroup: GIVEN }, terminal);
  for (const { name, match } of jails) {
    if (match.dates === undefined)
      terminal.err(`[${name}] reads lines of a journal, without dates: of a file it finds nothing\n`);
  }
  return jails;
}

export interface JailsOfGroups {
  readonly jails: readonly CompiledJail[];
  /** Log groups that the configuration names. */
  readonly configured: readonly string[];
}

/**
 * Jails for log groups: those that read one when deployed, each its own; those that are named read
 * all of them, whatever they read when deployed.
 *
 * @throws {CommandError}
 */
export function jailsForGroups(choice: JailChoice, groups: readonly string[], terminal: Terminal): JailsOfGroups {
  if (choice.jail.length > 0) {
    const named = compile(choice, { loggroup: GIVEN }, terminal);
    return { jails: named.map((jail) => ({ ...jail, loggroups: groups, logGroupPrefixes: [] })), configured: [] };
  }
  const enabled = compile(choice, {}, terminal);
  const configured = [...new Set(enabled.flatMap(({ loggroups }) => loggroups))];
  const unread = groups.find((group) => !enabled.some((jail) => reads(jail, group)));
  if (unread !== undefined) throw noReader(unread, configured);
  // The bans of the others are what a recidive jail reads.
  const jails = enabled.filter((jail) => jail.recidive || groups.some((group) => reads(jail, group)));
  return { jails, configured };
}

function noReader(group: string, configured: readonly string[]): CommandError {
  const near = didYouMean(group, configured) ?? configured.find((name) => name.endsWith(group));
  const guess = near === undefined ? '' : ` Did you mean "${near}"?`;
  return usageError(`No enabled jail reads the log group "${group}".${guess} Name one with --jail to try it there.`);
}

function compile(
  { jail, config, set }: JailChoice,
  overrides: Readonly<Record<string, string>>,
  terminal: Terminal,
): readonly CompiledJail[] {
  const files = openConfiguration(config);
  const options = { ...(jail.length > 0 && { only: jail }), set: { ...set, ...overrides } };
  const { compiled, diagnostics } = compileJails(files, options);
  printDiagnostics(diagnostics, files, terminal.err);
  if (hasErrors(diagnostics)) throw new CommandError('', 1);
  if (compiled.jails.length === 0) throw usageError('No jail to play the log through. Name one with --jail.');
  return compiled.jails;
}

/** `--set option=value`, for commander. */
export function setting(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, text = ''] = /^\s*([^\s=]+)\s*=(.*)$/s.exec(value) ?? [];
  if (name === undefined) throw usageError(`--set ${value}: write --set OPTION=VALUE`);
  const known = [...JAIL_OPTIONS, ...INTERPOLATION_NAMES];
  if (!known.includes(name.toLowerCase())) {
    const near = didYouMean(name, known);
    throw usageError(`--set ${value}: a jail has no option "${name}"${near ? `; did you mean "${near}"?` : ''}`);
  }
  return { ...before, [name.toLowerCase()]: text.trim() };
}
