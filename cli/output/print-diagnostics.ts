import type { ConfigFiles } from '../../core/config/config-files.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../../core/diagnostics/render.ts';

/** Prints diagnostics with the lines they are about, and once where more is to be read. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: ConfigFiles,
  write: (text: string) => void,
): void {
  for (const diagnostic of diagnostics) {
    const line = diagnostic.at && files.read(diagnostic.at.file)?.split('\n')[diagnostic.at.line - 1];
    write(`${renderDiagnostic(diagnostic, line?.replace(/\r$/, ''))}\n`);
  }
  const [first] = diagnostics;
  if (first !== undefined) write(`For details: cloudjail explain ${first.code}\n`);
}
