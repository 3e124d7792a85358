import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * A Python `re` pattern as an ES2018 RegExp that finds the same match and the same groups on Node
 * 20 and 24. JSON-serializable: it is part of what the stack deploys.
 */
export interface TranslatedRegex {
  /** For `new RegExp(source, flags)`. Numbered captures only: ES2018 has no duplicate names. */
  readonly source: string;
  /** Without `g` and `y`; a caller that scans adds them. */
  readonly flags: string;
  /**
   * Python's named groups, each with the JS capture numbers that stand for it. A rewrite may split
   * a group into several captures (a conditional becomes two alternatives); the group's value is
   * the first of these that is not undefined.
   */
  readonly groups: Readonly<Record<string, readonly number[]>>;
}

export type Translation =
  | { readonly kind: 'translated'; readonly regex: TranslatedRegex }
  /**
   * Python itself rejects the pattern, or no exact ES2018 form exists. Places are relative to the
   * pattern: line 1.
   */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

export interface TranslateOptions {
  /** Python's re.MULTILINE (fail2ban sets it for failregex when maxlines > 1). */
  readonly multiline?: boolean;
  /** Python's re.IGNORECASE. */
  readonly ignoreCase?: boolean;
  /**
   * Keep unnamed groups too: `groups` then also holds every group by its number (`"1"`, `"2"`, …).
   */
  readonly numberedGroups?: boolean;
}
