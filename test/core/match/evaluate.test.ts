import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../core/match/evaluate.ts';
import { compileDefinition } from './text-config.ts';

/** 2024-05-06T07:08:09Z */
const NOW = 1_714_979_289;

describe('evaluate', () => {
  const gate = compileDefinition(
    [
      'prefregex = ^\\s*gate: <F-CONTENT>.+</F-CONTENT>$',
      'failregex = ^refused <HOST>$',
      '            ^<F-NOFAIL>refused</F-NOFAIL> <ADDR>$',
      'ignoreregex = 192\\.0\\.2\\.9$',
    ].join('\n'),
  );

  it('tries every failregex and keeps hosts as they were captured', () => {
    const { found, passed, ignoredBy } = createEvaluator(gate, NOW).evaluate(
      '2024-05-06 07:08:09 gate: refused 999.0.0.1',
    );
    expect(found).toMatchObject([
      { regex: 0, groups: { ip4: '999.0.0.1' }, nofail: false },
      { regex: 1, groups: { ip4: '999.0.0.1' }, nofail: true },
    ]);
    expect({ passed, ignoredBy }).toEqual({ passed: true, ignoredBy: undefined });
  });

  it('reports what held a line back', () => {
    const evaluator = createEvaluator(gate, NOW);
    expect(evaluator.evaluate('hall: refused 192.0.2.7')).toMatchObject({ passed: false, found: [] });
    expect(evaluator.evaluate('gate: refused 192.0.2.9')).toMatchObject({ passed: true, ignoredBy: 0, found: [] });
    expect(evaluator.evaluate('gate: open')).toMatchObject({ passed: true, ignoredBy: undefined, found: [] });
  });

  it('returns the place of the date, and the time of a line without one', () => {
    const evaluator = createEvaluator(gate, NOW);
    expect(evaluator.evaluate('gate: refused 192.0.2.7').time).toBeUndefined();
    expect(evaluator.evaluate('2024-05-06 07:08:08 gate: open')).toMatchObject({
      date: { start: 0, end: 19 },
      time: NOW - 1,
    });
    expect(evaluator.evaluate('gate: refused 192.0.2.7')).toMatchObject({ date: undefined, time: NOW - 1 });
  });

  it('does not give an old date to a line without one', () => {
    const evaluator = createEvaluator(gate, NOW);
    evaluator.evaluate('2024-05-06 07:07:09 gate: open');
    expect(evaluator.evaluate('gate: refused 192.0.2.7').time).toBeUndefined();
  });

  it('takes the time a journal gives', () => {
    const line = '2024-05-06 07:08:09 gate: refused 192.0.2.7';
    expect(createEvaluator(gate, NOW).evaluate(line, 5)).toMatchObject({ date: undefined, time: 5, found: [] });
    expect(createEvaluator(gate, NOW).evaluate(line.slice(20), 5)).toMatchObject({ time: 5, found: [{}, {}] });
  });

  it('reports a failure whose address is still to come', () => {
    const lift = compileDefinition(
      'failregex = ^\\s*<F-MLFID>lift</F-MLFID> stuck$\n ^\\s*<F-MLFID>lift</F-MLFID> called from <HOST>$',
    );
    const evaluator = createEvaluator(lift, NOW);
    expect(evaluator.evaluate('lift stuck').found).toMatchObject([{ regex: 0, groups: {}, nofail: false }]);
    expect(evaluator.evaluate('lift called from 192.0.2.7').found).toMatchObject([
      { regex: 1, groups: { ip4: '192.0.2.7' }, matches: ['lift stuck', 'lift called from 192.0.2.7'] },
    ]);
  });
});
