import type { Pattern } from './ast.ts';
import { generate } from './generate.ts';
import { lower } from './lower.ts';
import { parsePattern } from './parse.ts';
import { Refusal, refusalDiagnostic } from './refusal.ts';
import type { TranslatedRegex, TranslateOptions, Translation } from './translation.ts';

/**
 * Translates a Python 3.11 `re` pattern (str) into an ES2018 RegExp with the same matches and the
 * same groups.
 *
 * 1. Parse Python's syntax into a tree; refuse what Python refuses.
 * 2. Rewrite, one difference between the languages at a time, until the tree means the same in
 *    both.
 * 3. Write the tree as RegExp source.
 *
 * Exact for subjects that are not empty (fail2ban's end in a newline): in an empty one it is
 * undecidable whether a group that matched nothing has taken part.
 */
export function translate(pattern: string, options: TranslateOptions = {}): Translation {
  try {
    return { kind: 'translated', regex: translated(parsePattern(pattern, options), options) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { kind: 'refused', diagnostics: [refusalDiagnostic(error, pattern)] };
    }
    throw error;
  }
}

function translated(pattern: Pattern, options: TranslateOptions): TranslatedRegex {
  const root = lower(pattern.root, { numberedGroups: options.numberedGroups ?? false, purpose: 'run' });
  const { source, reports } = generate(root);
  const numbers = options.numberedGroups
    ? Array.from({ length: pattern.groupCount }, (_, i): [string, number] => [String(i + 1), i + 1])
    : [];
  const groups = [...numbers, ...pattern.names].map(([name, group]) => [name, reports.get(group) ?? []] as const);
  return { source, flags: 'u', groups: Object.fromEntries(groups) };
}
