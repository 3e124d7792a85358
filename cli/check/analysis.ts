import type { Diagnostics, Parameters } from 'recheck';

/** The result of an analysis of a regex's running time. */
export type Verdict =
  | { readonly kind: 'sound' }
  /** More rounds of the attack take it ever longer, if the analysis is right. */
  | { readonly kind: 'suspect'; readonly attack: Attack }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * A text made of parts that are repeated, all equally often, and an end at which the regex fails.
 */
export interface Attack {
  readonly exponential: boolean;
  readonly pumps: readonly Pump[];
  readonly suffix: string;
}

interface Pump {
  readonly prefix: string;
  readonly pump: string;
  /** Rounds of this part beyond those of the others. */
  readonly bias: number;
}

/** How long a regex may be looked at, in milliseconds. */
const LONGEST_ANALYSIS = 20_000;
/** For an analysis process that does not answer any more. */
const GRACE = 5_000;
/** Of degrees below this a line of a log is too short to make much. */
const LOWEST_DEGREE = 3;

/**
 * What is looked for: texts of a line's length that take more steps than a quadratic search. Limits
 * are counts, not times, so that a busy machine finds what an idle one finds.
 */
const PARAMETERS: Parameters = {
  timeout: LONGEST_ANALYSIS,
  checker: 'fuzz',
  maxAttackStringSize: 800,
  attackLimit: 2_000_000,
  attackTimeout: null,
  incubationLimit: 3_000,
  incubationTimeout: null,
  maxIteration: 1,
  maxInitialGenerationSize: 40,
  maxGenerationSize: 20,
  crossoverSize: 5,
  mutationSize: 10,
};

/** Analyzes each source once. */
export interface Analyst {
  verdict(source: string): Promise<Verdict>;
}

/**
 * An analyst that asks recheck (https://makenowjust-labs.github.io/recheck/), loaded when it is
 * first needed. recheck takes the program for this platform that comes with it or, where there is
 * none, Java, or else its JavaScript in a worker thread, some five times slower; the environment
 * variable RECHECK_BACKEND (`native`, `java`, `worker`) chooses.
 */
export function recheckAnalyst(ask: (source: string) => Promise<Verdict> = analyze): Analyst {
  const known = new Map<string, Promise<Verdict>>();
  return {
    verdict(source) {
      const verdict = known.get(source) ?? ask(source);
      known.set(source, verdict);
      return verdict;
    },
  };
}

async function analyze(source: string): Promise<Verdict> {
  const { check } = await import('recheck');
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LONGEST_ANALYSIS + GRACE);
  });
  try {
    return verdictOf(await Promise.race([check(source, 'u', PARAMETERS), silence]));
  } finally {
    clearTimeout(timer);
  }
}

function verdictOf(said: Diagnostics | undefined): Verdict {
  if (said === undefined) return { kind: 'unknown', reason: 'the analysis does not answer' };
  if (said.status === 'unknown') {
    const { error } = said;
    const ranOut = `no result within ${LONGEST_ANALYSIS / 1000} s`;
    return {
      kind: 'unknown',
      reason: error.kind === 'timeout' ? ranOut : 'message' in error ? error.message : error.kind,
    };
  }
  if (said.status === 'safe') return { kind: 'sound' };
  const { complexity, attack } = said;
  const exponential = complexity.type === 'exponential';
  if (!exponential && complexity.degree < LOWEST_DEGREE) return { kind: 'sound' };
  return { kind: 'suspect', attack: { exponential, pumps: attack.pumps, suffix: attack.suffix } };
}
