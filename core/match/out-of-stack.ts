/**
 * V8 throws it when a RegExp's backtracking outgrows its stack: the line is to blame, and the next
 * may be matched. No other RangeError is one.
 */
export function isOutOfStack(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}
