import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalScanner } from '../../../core/literals/literal-scanner.ts';
import { literalSource } from '../../../core/literals/literal-source.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';

type Literal = CompiledMatch['literals'][number];

const utf8 = new TextEncoder();

/** Where the lines end, with what stands in them. */
function linesOf(log: string): { end: number; text: string }[] {
  const lines: { end: number; text: string }[] = [];
  let end = -1;
  for (const text of log.split('\n')) {
    end += 1 + utf8.encode(text).length;
    lines.push({ end, text });
  }
  if (lines.at(-1)?.text === '') lines.pop();
  return lines;
}

function scan(literals: readonly Literal[], log: string, stale = ''): readonly number[] | undefined {
  const bytes = Buffer.from(log + stale);
  return literalScanner({ literals })?.scan(bytes, utf8.encode(log).length);
}

const literal = (text: string, ignoreCase: boolean): Literal => ({
  text,
  ignoreCase,
  source: literalSource({ text, ignoreCase }),
});
const exact = (...texts: string[]): Literal[] => texts.map((text) => literal(text, false));

describe('literalScanner', () => {
  it('names each line with a literal once, by its end', () => {
    expect(scan(exact('Fail', 'Inva'), 'ok\nFailed Failed\n\nno\nInvalid\n')).toEqual([16, 28]);
  });

  it('takes a last line without a newline', () => {
    expect(scan(exact('Fail'), 'Failed')).toEqual([6]);
  });

  it('does not look beyond the block', () => {
    expect(scan(exact('Fail'), 'ok\nFai', 'led\nFailed\n')).toEqual([]);
  });

  it('does not find a literal that spans two lines', () => {
    expect(scan(exact('Failed'), 'Fai\nled\n')).toEqual([]);
  });

  it('finds capitals and small letters where case is ignored, and the letters that Python takes for them', () => {
    const literals = [literal('bad skew', true)];
    expect(scan(literals, 'BAD SKEW\nbad \u017f\u212aew\nbad\nBaD-\n')).toEqual([8, 20]);
  });

  it('is not made of literals that leave nothing to look for', () => {
    expect(literalScanner({ literals: [] })).toBeUndefined();
    expect(literalScanner({ literals: [literal('sis', true)] })).toBeUndefined();
  });

  const letters = fc.constantFrom('a', 'b', 'A', 'k', 'K', '\u212a', 'é', '\n', '\n', ' ');
  const logs = fc.array(letters, { maxLength: 120, size: 'max' }).map((characters) => characters.join(''));
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 2, maxLength: 5 });

  it('finds exactly the lines that hold a literal', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), logs, (words, log) => {
        const holding = linesOf(log).filter(({ text }) => words.some((word) => text.includes(word)));
        expect(scan(exact(...words), log, 'a b')).toEqual(holding.map(({ end }) => end));
      }),
      { numRuns: 500 },
    );
  });

  it('misses no line that holds a literal in other letters', () => {
    const folded = fc.string({ unit: fc.constantFrom('a', 'b', 'k', ' '), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(folded, { minLength: 1, maxLength: 3 }), logs, (words, log) => {
        const literals = words.map((text) => literal(text, true));
        const found = scan(literals, log);
        const regexes = literals.map(({ source }) => new RegExp(source));
        for (const { end, text } of linesOf(log)) {
          if (found && regexes.some((regex) => regex.test(text))) expect(found).toContain(end);
        }
      }),
      { numRuns: 500 },
    );
  });
});
