import { describe, expect, it } from 'vitest';
import { compileFormula, DEFAULT_FORMULA, evaluateFactor } from '../../../core/config/formula.ts';
import { sourceText } from '../../../core/config/source-text.ts';

function value(text: string, { time = 600, count = 1, factor = 1, random = () => 0.5 } = {}): number | string {
  const compiled = compileFormula(text);
  if (compiled.kind === 'refused') return compiled.diagnostic.message;
  return compiled.evaluate({ time, count }, factor, random);
}

describe('compileFormula', () => {
  it("doubles with every ban by fail2ban's default, up to the twentieth", () => {
    const series = [1, 2, 3, 4, 20, 21, 1000].map((count) => value(DEFAULT_FORMULA, { count }));
    expect(series).toEqual([1200, 2400, 4800, 9600, 600 * 2 ** 20, 600 * 2 ** 20, 600 * 2 ** 20]);
    expect(value(DEFAULT_FORMULA, { count: 3, factor: 0.5 })).toBe(2400);
  });

  it('reads the exponential example of the stock configuration', () => {
    const text = 'ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)';
    expect(value(text, { count: 3, factor: 2 / 2.885385 })).toBeCloseTo(4800, -1);
  });

  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['7 // 2 + 7 % 4 + -7 // 2', 2],
    ['-7 % 4', 1],
    ['7 % -4', -1],
    ['1 // 0.1', 9],
    ['-7.5 // 2', -4],
    ['1 << 4 >> 1', 8],
    ['6 & 3 | 8 ^ 1', 11],
    ['~5', -6],
    ['1 < 2 < 3', 1],
    ['3 > 2 > 2', 0],
    ['1 == 1.0 != 2', 1],
    ['5 if 0 else 6 if 1 else 7', 6],
    ['0 or 3', 3],
    ['2 and 3', 3],
    ['not 0', 1],
    ['min(3, 1, 2) + max(1, 2)', 3],
    ['round(2.5) + round(3.5)', 6],
    ['round(1.25, 1)', 1.2],
    ['int(2.9) - int(-2.9)', 4],
    ['abs(-3)', 3],
    ['pow(2, 10)', 1024],
    ['math.sqrt(16) + math.floor(2.7) + math.ceil(2.1)', 9],
    ['math.log(8, 2)', 3],
    ['1e3 + 1_000', 2000],
    ['ban.Time * random.random()', 300],
    ['random.uniform(10, 20)', 15],
    ['ban.Time*ban.Count*banFactor', 600],
  ])('%s = %d', (text, expected) => {
    expect(value(text)).toBeCloseTo(expected as number, 9);
  });

  it.each([['ban.Time / 0'], ['math.sqrt(-1)'], ['math.exp(10000)'], ['1.5 & 1']])(
    'leaves the ban as it was where %s fails',
    (text) => {
      expect(value(text)).toBe(600);
    },
  );

  it.each([
    ['', 'too early'],
    ['ban.Tme', '"ban.Tme" is not known here'],
    ['eval("1")', 'not known'],
    ['ban.__class__', 'not known'],
    ['[1,2]', 'not expected'],
    ['max()', 'does not take 0 arguments'],
    ['math.sqrt(1, 2)', 'does not take 2 arguments'],
    ['max', '"(" is missing'],
    ['1 if 2', '"else" is missing'],
    ['1 = 2', 'not expected'],
    ['lambda: 1', 'not known'],
    ['toString', 'not known'],
    ['1 2', 'not expected'],
  ])('refuses %s', (text, message) => {
    expect(value(text)).toContain(message);
  });

  it('points at the word that is not understood', () => {
    const source = sourceText('ban.Time * foo', { file: 'jail.local', line: 3, column: 19 });
    expect(compileFormula(source)).toMatchObject({
      kind: 'refused',
      diagnostic: { code: 'BAD_EXPRESSION', at: { file: 'jail.local', line: 3, column: 30, length: 3 } },
    });
  });
});

describe('evaluateFactor', () => {
  it('evaluates arithmetic without variables', () => {
    expect(evaluateFactor(sourceText('2.0 / 2.885385'))).toBeCloseTo(2 / 2.885385, 9);
    expect(evaluateFactor(sourceText('ban.Time'))).toMatchObject({ code: 'BAD_EXPRESSION' });
    expect(evaluateFactor(sourceText('1/0'))).toMatchObject({ code: 'BAD_EXPRESSION' });
  });
});
