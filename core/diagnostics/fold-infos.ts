import type { DiagnosticCode } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** From so many on, infos of one kind are one line. */
const MANY = 3;
const MOST_PLACES = 8;

/**
 * The same, with infos of one code that come in numbers as one, where the first of them stood: what
 * the first one is about, how many there are, and where. So they hide no warning.
 */
export function foldInfos(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const infos = diagnostics.filter(({ severity }) => severity === 'info');
  const told = new Set<DiagnosticCode>();
  return diagnostics.flatMap((one) => {
    const alike = one.severity === 'info' ? infos.filter(({ code }) => code === one.code) : [];
    if (alike.length < MANY) return one;
    if (told.has(one.code)) return [];
    told.add(one.code);
    return folded(one, alike);
  });
}

function folded(first: Diagnostic, alike: readonly Diagnostic[]): Diagnostic {
  const places = alike.flatMap(({ at }) => (at ? `${at.file}:${at.line}` : []));
  const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : '';
  const where = places.length === 0 ? '' : `: ${places.slice(0, MOST_PLACES).join(', ')}${more}`;
  const { at: _, ...rest } = first;
  return {
    ...rest,
    message: `${alike.length} of a kind${where}. The first: ${first.message}`,
    help: `${first.help === undefined ? '' : `${first.help}. `}cloudjail check --json has each of them`,
  };
}
