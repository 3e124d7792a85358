import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Dialect, type PureFunction, parseExpression } from './expression.ts';
import { placeOf, type SourceText, sourceText } from './source-text.ts';

/** fail2ban's default `bantime.formula` (fail2ban/server/jail.py: setBanTimeExtra). */
export const DEFAULT_FORMULA = 'ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor';

export type CompiledFormula =
  | {
      readonly kind: 'formula';
      /**
       * The raw value of the expression in seconds, for a base ban time, the number of earlier bans
       * and `bantime.factor`. Neither the floor at the base time nor maxtime or rndtime is applied.
       * An arithmetic failure (division by zero, overflow) gives `ban.time`, as fail2ban's observer
       * leaves the ban as it was. `random` returns 0 ≤ x < 1.
       */
      evaluate(ban: { readonly time: number; readonly count: number }, factor: number, random?: () => number): number;
    }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

/**
 * A `bantime.formula`: Python arithmetic over ban.Time, ban.Count, banFactor, the math module and
 * random.random().
 */
export function compileFormula(text: string | SourceText): CompiledFormula {
  const source = typeof text === 'string' ? sourceText(text) : text;
  const parsed = parseExpression(source.text, FORMULA);
  if (parsed.kind === 'malformed') {
    return { kind: 'refused', diagnostic: badFormula(source, parsed.message, parsed.offset, parsed.length) };
  }
  return {
    kind: 'formula',
    evaluate(ban, factor, random = () => 0) {
      const values = { ...CONSTANTS, 'ban.Time': ban.time, 'ban.Count': ban.count, banFactor: factor };
      const seconds = parsed.evaluate({ values, random });
      return Number.isFinite(seconds) ? seconds : ban.time;
    },
  };
}

/** A `bantime.factor`: an expression without variables. */
export function evaluateFactor(source: SourceText): number | Diagnostic {
  const parsed = parseExpression(source.text, { ...FORMULA, names: Object.keys(CONSTANTS) });
  if (parsed.kind === 'malformed') return badFormula(source, parsed.message, parsed.offset, parsed.length);
  const value = parsed.evaluate({ values: CONSTANTS, random: () => 0 });
  return Number.isFinite(value) ? value : badFormula(source, 'this has no finite value', 0, source.text.length);
}

function badFormula(source: SourceText, message: string, offset: number, length: number): Diagnostic {
  const place = placeOf(source, offset, length);
  return {
    code: 'BAD_EXPRESSION',
    severity: 'error',
    message: `"${source.text}": ${message}`,
    help:
      'arithmetic over ban.Time, ban.Count and banFactor is understood, with the functions of math, min, ' +
      'max, abs, round, int, float and pow',
    ...(place && { at: place }),
  };
}

const CONSTANTS: Readonly<Record<string, number>> = {
  True: 1,
  False: 0,
  'math.pi': Math.PI,
  'math.e': Math.E,
  'math.tau': 2 * Math.PI,
};

function pure(call: (...args: number[]) => number, least = 1, most = least): PureFunction {
  return { call: (args) => call(...args), least, most };
}

/** Python rounds a half to the even neighbor. */
function roundHalfEven(value: number, digits = 0): number {
  const scale = 10 ** digits;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  if (scaled - floor !== 0.5) return Math.round(scaled) / scale;
  return (floor % 2 === 0 ? floor : floor + 1) / scale;
}

const FUNCTIONS: Readonly<Record<string, PureFunction>> = {
  abs: pure(Math.abs),
  float: pure((x) => x),
  int: pure(Math.trunc),
  max: pure(Math.max, 1, 99),
  min: pure(Math.min, 1, 99),
  pow: pure((x, y) => x ** y, 2),
  round: pure(roundHalfEven, 1, 2),
  'math.acos': pure(Math.acos),
  'math.asin': pure(Math.asin),
  'math.atan': pure(Math.atan),
  'math.atan2': pure(Math.atan2, 2),
  'math.cbrt': pure(Math.cbrt),
  'math.ceil': pure(Math.ceil),
  'math.cos': pure(Math.cos),
  'math.cosh': pure(Math.cosh),
  'math.exp': pure(Math.exp),
  'math.expm1': pure(Math.expm1),
  'math.fabs': pure(Math.abs),
  'math.floor': pure(Math.floor),
  'math.fmod': pure((x, y) => x % y, 2),
  'math.hypot': pure(Math.hypot, 1, 99),
  'math.log': pure((x, base = Math.E) => (base === Math.E ? Math.log(x) : Math.log(x) / Math.log(base)), 1, 2),
  'math.log10': pure(Math.log10),
  'math.log1p': pure(Math.log1p),
  'math.log2': pure(Math.log2),
  'math.pow': pure((x, y) => x ** y, 2),
  'math.sin': pure(Math.sin),
  'math.sinh': pure(Math.sinh),
  'math.sqrt': pure(Math.sqrt),
  'math.tan': pure(Math.tan),
  'math.tanh': pure(Math.tanh),
  'math.trunc': pure(Math.trunc),
  'random.random': { call: (_, random) => random(), least: 0, most: 0 },
  'random.uniform': { call: ([a = 0, b = 0], random) => a + (b - a) * random(), least: 2, most: 2 },
};

const FORMULA: Dialect = {
  units: undefined,
  names: ['ban.Time', 'ban.Count', 'banFactor', ...Object.keys(CONSTANTS)],
  functions: FUNCTIONS,
};
