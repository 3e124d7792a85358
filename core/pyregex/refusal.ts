import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from './ast.ts';

/**
 * Unwinds the parser or a transform to `parse` or `translate`, which turn it into a diagnostic. It
 * never leaves this folder.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly span: Span;
  readonly help: string | undefined;

  constructor(code: RefusalCode, message: string, span: Span, help?: string) {
    super(message);
    this.code = code;
    this.span = span;
    this.help = help;
  }
}

/**
 * `REGEX_SYNTAX`: Python refuses it too. `REGEX_UNSUPPORTED`: Python takes it, but no exact ES2018
 * form exists.
 */
export type RefusalCode = 'REGEX_SYNTAX' | 'REGEX_UNSUPPORTED';

/**
 * The refusal as a diagnostic whose place is relative to the pattern: its file is empty, its lines
 * are the pattern's.
 */
export function refusalDiagnostic(refusal: Refusal, pattern: string): Diagnostic {
  const before = pattern.slice(0, refusal.span.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    code: refusal.code,
    severity: 'error',
    message: refusal.message,
    ...(refusal.help === undefined ? {} : { help: refusal.help }),
    at: {
      file: '',
      line: before.split('\n').length,
      column: refusal.span.start - lineStart + 1,
      length: Math.max(1, refusal.span.end - refusal.span.start),
    },
  };
}
