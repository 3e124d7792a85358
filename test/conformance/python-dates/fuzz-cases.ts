/**
 * How many cases a fuzz test runs: `usual` in every test run, more if CLOUDJAIL_FUZZ_CASES is
 * set. The seed is fixed unless CLOUDJAIL_FUZZ_SEED is given, so that a failure can be looked at
 * again.
 */
export function fuzzCases(usual: number): { readonly numRuns: number; readonly seed: number } {
  const cases = Number(process.env['CLOUDJAIL_FUZZ_CASES'] ?? usual);
  return { numRuns: cases, seed: Number(process.env['CLOUDJAIL_FUZZ_SEED'] ?? 20_261_121) };
}

/** Milliseconds, for tests that run so many. */
export const fuzzTimeout = 30_000 + 50 * Number(process.env['CLOUDJAIL_FUZZ_CASES'] ?? 0);
