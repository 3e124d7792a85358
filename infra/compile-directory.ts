import { vmWatch } from '../aws/vm-watch.ts';
import { compileJails } from '../core/compile/compile-jails.ts';
import type { FirewallTarget } from '../core/config/actions.ts';
import type { ConfigFiles } from '../core/config/config-files.ts';
import { readJails } from '../core/config/read-jails.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { foldInfos } from '../core/diagnostics/fold-infos.ts';
import { renderDiagnostic } from '../core/diagnostics/render.ts';
import { inspectedJail } from '../core/forgery/inspected-jail.ts';
import { proveJails } from '../core/forgery/prove-jails.ts';
import type { CompiledJails } from '../core/records/compiled-jail.ts';
import { ConfigDirectoryError, configDirectory } from '../filters/config-directory.ts';
import { shippedFailregexes } from '../filters/shipped-failregexes.ts';
import { ConfigurationError } from './settings/configuration-error.ts';

/**
 * The enabled jails of a configuration directory, compiled, and the rendered diagnostics. Without a
 * directory: the shipped filters with the sshd jail enabled.
 *
 * @param targets the targets of the stack: a jail that names another is an error
 * @throws {ConfigurationError} with every rendered diagnostic when one of them is an error, or when
 *   the directory does not exist
 */
export function compileDirectory(
  directory: string | undefined,
  targets: readonly FirewallTarget[],
): { jails: CompiledJails; remarks: readonly string[]; warnings: number } {
  const files = directory === undefined ? sshdOnly(configDirectory()) : existing(directory);
  const { compiled, diagnostics: ofJails } = compileJails(files, { targets });
  const diagnostics = [...ofJails, ...forgeries(files, compiled)];
  const remarks = foldInfos(diagnostics).map((diagnostic) => render(diagnostic, files));
  const first = diagnostics.find(({ severity }) => severity === 'error');
  if (first !== undefined) {
    throw new ConfigurationError([...remarks, `For details: npx cloudjail explain ${first.code}`].join('\n\n'));
  }
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  return { jails: compiled, remarks, warnings };
}

/** Milliseconds of the processor; a failregex takes some hundred. */
const PROOF_BUDGET_MS = 20_000;

function forgeries(files: ConfigFiles, { jails }: CompiledJails): readonly Diagnostic[] {
  const matches = new Map(jails.map(({ name, match }) => [name, match]));
  const inspected = readJails(files).jails.flatMap((jail) => {
    const match = matches.get(jail.name);
    return match ? [inspectedJail(jail, match)] : [];
  });
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  return proveJails(inspected, { watch: vmWatch(), trusted: shippedFailregexes(), budgetMs: PROOF_BUDGET_MS, cpuMs });
}

function existing(directory: string): ConfigFiles {
  try {
    return configDirectory(directory);
  } catch (error) {
    if (error instanceof ConfigDirectoryError) throw new ConfigurationError(`configDirectory: ${error.message}`);
    throw error;
  }
}

function sshdOnly(shipped: ConfigFiles): ConfigFiles {
  return {
    read: (path) => (path === 'jail.local' ? '[sshd]\nenabled = true\n' : shipped.read(path)),
    list: (folder) => shipped.list(folder),
  };
}

function render(diagnostic: Diagnostic, files: ConfigFiles): string {
  const { at } = diagnostic;
  const line = at && files.read(at.file)?.split(/\r?\n/)[at.line - 1];
  return renderDiagnostic(diagnostic, line);
}
