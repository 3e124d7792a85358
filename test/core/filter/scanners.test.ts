import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalSource } from '../../../core/filter/literal-source.ts';
import { scanners } from '../../../core/filter/scanners.ts';

const literal = fc
  .record({
    text: fc.constantFrom('Failed', 'failed', 'kiss', 'a.b', '[x]', ' from ', 'Is'),
    ignoreCase: fc.boolean(),
  })
  .map((piece) => ({ ...piece, source: literalSource(piece) }));
const text = fc
  .array(
    fc.constantFrom(
      'Failed',
      'FAILED',
      'failed',
      'a.b',
      'axb',
      'A.B',
      '[x]',
      ' from ',
      'K',
      'ı',
      'ſ',
      'kıſſ',
      'KISS',
      'is',
      '|',
    ),
  )
  .map((parts) => parts.join(''));

describe('scanners', () => {
  it('find something exactly where one RegExp of all literals does', () => {
    fc.assert(
      fc.property(fc.array(literal, { minLength: 1, maxLength: 5 }), text, (literals, subject) => {
        const all = new RegExp(literals.map(({ source }) => source).join('|'));
        expect(scanners(literals).some((scanner) => subject.search(scanner) >= 0)).toBe(all.test(subject));
      }),
      { numRuns: 1000 },
    );
  });

  it('are none without literals', () => {
    expect(scanners([])).toEqual([]);
  });
});
