import { compileJails } from '../core/compile/compile-jails.ts';
import { preventsPreview } from '../core/config/acknowledged.ts';
import { INTERPOLATION_NAMES, JAIL_OPTIONS } from '../core/config/known-options.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { didYouMean } from '../core/diagnostics/did-you-mean.ts';
import type { CompiledJails } from '../core/records/compiled-jail.ts';
import { CommandError, usageError } from './command-error.ts';
import { openConfiguration } from './configuration.ts';
import { printDiagnostics } from './output/print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

/** Which jails, and as they are configured or as they might be. */
export interface JailChoice {
  readonly jail: readonly string[];
  readonly config?: string;
  readonly set: Readonly<Record<string, string>>;
}

/**
 * The jails of a choice, compiled; what their configuration has wrong is printed. A jail that needs
 * an acknowledgement to be deployed is shown all the same.
 *
 * @param overrides options that are laid over every jail, last
 * @throws {CommandError} when there are mistakes, or no jail
 */
export function chosenJails(
  { jail, config, set }: JailChoice,
  overrides: Readonly<Record<string, string>>,
  terminal: Terminal,
): CompiledJails {
  const files = openConfiguration(config);
  const options = { ...(jail.length > 0 && { only: jail }), set: { ...set, ...overrides } };
  const { compiled, diagnostics } = compileJails(files, options);
  printDiagnostics(diagnostics, files, terminal.err);
  if (preventsPreview(diagnostics)) throw refused(diagnostics);
  if (compiled.jails.length === 0) {
    throw usageError('No jail to play the log through. Name one with --jail.');
  }
  return compiled;
}

/** A jail that is not there was typed wrong; all else is a mistake in the configuration. */
function refused(diagnostics: readonly Diagnostic[]): CommandError {
  return new CommandError('', diagnostics.some(({ code }) => code === 'UNKNOWN_JAIL') ? 2 : 1);
}

/** `--jail a --jail b,c`, for commander. */
export function jailNames(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
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
