import { compileFormula, evaluateFactor } from './formula.ts';
import type { BantimeIncrement } from './jail.ts';
import type { SectionValues } from './jail-values.ts';
import { parseInteger } from './scalars.ts';
import { splitWords } from './source-text.ts';

/** The `bantime.…` options of a jail (fail2ban/server/jail.py: setBanTimeExtra). */
export function incrementOf(values: SectionValues): BantimeIncrement {
  const formula = values.text('bantime.formula');
  if (formula?.text) {
    const compiled = compileFormula(formula);
    if (compiled.kind === 'refused') values.report(compiled.diagnostic, formula);
  }
  return {
    enabled: values.boolean('bantime.increment') ?? false,
    formula: formula?.text || undefined,
    factor: factorOf(values),
    multipliers: multipliersOf(values),
    maxtime: values.duration('bantime.maxtime', { least: 0 }),
    rndtime: values.duration('bantime.rndtime', { least: 0 }),
    overalljails: values.boolean('bantime.overalljails') ?? false,
  };
}

function factorOf(values: SectionValues): number {
  const text = values.text('bantime.factor');
  if (!text?.text) return 1;
  const factor = evaluateFactor(text);
  if (typeof factor === 'number') return factor;
  values.report(factor, text);
  return 1;
}

function multipliersOf(values: SectionValues): readonly number[] {
  const text = values.text('bantime.multipliers');
  return (text === undefined ? [] : splitWords(text, /\s/)).flatMap((word) => {
    const number = parseInteger(word.text);
    if (number !== undefined) return [number];
    const message = `bantime.multipliers: "${word.text}" is not a whole number`;
    const help = 'write whole numbers separated by blanks, for example 1 2 4 8';
    values.report({ code: 'BAD_MULTIPLIER', severity: 'error', message, help }, word);
    return [];
  });
}
