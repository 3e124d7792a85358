import type { DiagnosticCode } from './codes.ts';

/**
 * What is wrong with the operator's configuration, as a value. Diagnostics are collected, never
 * thrown, so that one run reports every mistake; `render.ts` draws them with the source line and a
 * caret.
 */
export interface Diagnostic {
  /** What tests and operators look for. Its article: `cloudjail explain CODE`. */
  readonly code: DiagnosticCode;
  /**
   * `error`: the configuration is refused. `warning`: it works, but not as its author may expect.
   * `info`: worth knowing.
   */
  readonly severity: 'error' | 'warning' | 'info';
  /** What is wrong, in one sentence, quoting the offending text. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
  /** Where; absent only when there is no place (a missing directory, a command-line option). */
  readonly at?: Place;
}

/** A place in a file the operator wrote. */
export interface Place {
  /** The path as the operator knows it, relative to the configuration directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** How many code units the caret underlines; at least 1. */
  readonly length: number;
}

/** True when any diagnostic refuses the configuration. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
