import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDefinition, splitDefinitions } from '../../core/config/definition-arguments.ts';
import { parseDuration } from '../../core/config/durations.ts';
import { compileFormula } from '../../core/config/formula.ts';
import { parseIni } from '../../core/config/ini.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { sourceText } from '../../core/config/source-text.ts';
import type { DiagnosticCode } from '../../core/diagnostics/codes.ts';
import { createCollector } from '../../core/diagnostics/collector.ts';
import { memoryFiles } from '../core/config/memory-files.ts';
import { definitionText, durationText, formulaText, iniText } from './python-config/arbitrary-texts.ts';
import { configTree } from './python-config/arbitrary-tree.ts';
import { compareTrees } from './python-config/compare-trees.ts';
import { installed, type Oracle, type OracleJails, startOracle } from './python-config/oracle.ts';

const CASES = Number(process.env['CLOUDJAIL_FUZZ_CASES'] ?? 200);
const RUN = { numRuns: CASES, seed: Number(process.env['CLOUDJAIL_FUZZ_SEED'] ?? 42) };
const TIMEOUT = 60_000 + CASES * 100;

describe.skipIf(!installed)('random configurations, read as fail2ban reads them', { timeout: TIMEOUT }, () => {
  let oracle: Oracle;
  const seen = new Map<string, number>();
  beforeAll(() => {
    oracle = startOracle();
  });
  afterAll(() => {
    oracle.stop();
    if (CASES > 1000) console.log(Object.fromEntries([...seen].sort()));
  });

  it('whole directories', async () => {
    await fc.assert(
      fc.asyncProperty(configTree, async (files) => {
        const theirs = await oracle.ask<OracleJails>({ op: 'jails', files });
        const { outcome, differences } = compareTrees(files, readJails(memoryFiles(files)), theirs);
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        expect(differences).toEqual([]);
      }),
      RUN,
    );
  });

  it('single files', async () => {
    await fc.assert(
      fc.asyncProperty(iniText, async (text) => {
        const theirs = await oracle.ask<{ defaults: object; sections: object }>({ op: 'ini', text });
        const collector = createCollector();
        const { defaults, sections } = parseIni('f', text, collector);
        const values = (section: typeof defaults) =>
          Object.fromEntries([...section].map(([name, { value }]) => [name, value.text]));
        const codes = collector.all().map(({ code }) => code);
        // An empty name twice is a duplicate to configparser; here it is wrong the first time.
        if (theirs.error) expect(INI_ERRORS[theirs.error.type]?.some((code) => codes.includes(code))).toBe(true);
        else {
          expect(collector.all()).toEqual([]);
          const all = Object.fromEntries([...sections].map(([name, section]) => [name, values(section)]));
          expect({ defaults: values(defaults), sections: all }).toEqual(theirs);
        }
      }),
      RUN,
    );
  });

  it('times', async () => {
    await fc.assert(
      fc.asyncProperty(durationText, async (text) => {
        const theirs = await oracle.ask<{ seconds: number }>({ op: 'seconds', text });
        const ours = parseDuration(text);
        // fail2ban puts its plus between digits in one pass, and so misses every other of `1 2 3`.
        // Here they all add up.
        if (theirs.error && /(?:^|\D)\d\s+\d/.test(text)) return;
        if (theirs.error) expect([text, ours.kind]).toEqual([text, 'malformed']);
        // 1d**99 is finite to Python only.
        else if (isExact(theirs.seconds) && !text.includes('**')) {
          expect([text, ours]).toEqual([text, { kind: 'duration', seconds: closeTo(theirs.seconds) }]);
        }
      }),
      RUN,
    );
  });

  it('formulas', async () => {
    const count = fc.nat(30);
    const factor = fc.constantFrom(1, 2, 0.5, 1.33);
    await fc.assert(
      fc.asyncProperty(formulaText, count, factor, async (text, bans, banFactor) => {
        const question = { op: 'formula', text, time: 600, count: bans, factor: banFactor };
        const theirs = await oracle.ask<{ value: number | null }>(question);
        const ours = compileFormula(text);
        expect([text, ours.kind]).toEqual([text, theirs.error?.type === 'SyntaxError' ? 'refused' : 'formula']);
        if (ours.kind !== 'formula' || theirs.error || !isExact(theirs.value) || mayBeComplex(text)) return;
        const value = ours.evaluate({ time: 600, count: bans }, banFactor);
        // Python's integers have no bound: what overflows on the way here is no difference worth
        // having.
        if (value === 600 && /pow|\*\*|<<|exp/.test(text)) return;
        expect([text, value]).toEqual([text, closeTo(theirs.value)]);
      }),
      RUN,
    );
  });

  it('filters and actions with arguments', async () => {
    await fc.assert(
      fc.asyncProperty(definitionText, async (text) => {
        const theirs = await oracle.ask<{ name: string; args: Record<string, string> }>({ op: 'definition', text });
        const ours = parseDefinition(sourceText(text));
        if (theirs.error) expect([text, ours.kind]).toEqual([text, 'malformed']);
        else {
          const args = ours.kind === 'definition' && Object.fromEntries([...ours.args].map(([n, v]) => [n, v.text]));
          expect([text, ours.kind === 'definition' && ours.name.text, args]).toEqual([
            text,
            theirs.name.trim(),
            theirs.args,
          ]);
        }
      }),
      RUN,
    );
  });

  it('lists of actions', async () => {
    const wellFormed = definitionText.filter(
      (text) =>
        /^\w*(?:\[|$)/.test(text) &&
        /^(?:[^"']|"[^"]*"|'[^']*')*$/.test(text) &&
        parseDefinition(sourceText(text)).kind === 'definition',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(wellFormed, { maxLength: 3 }), fc.constantFrom(' ', '\n'), async (parts, glue) => {
        const text = parts.join(glue);
        const theirs = await oracle.ask<{ parts: string[] }>({ op: 'split', text });
        expect([text, splitDefinitions(sourceText(text)).map((part) => part.text)]).toEqual([
          text,
          theirs.error ?? theirs.parts,
        ]);
      }),
      RUN,
    );
  });
});

const INI_ERRORS: Readonly<Record<string, readonly DiagnosticCode[]>> = {
  DuplicateOptionError: ['DUPLICATE_OPTION', 'NOT_AN_OPTION'],
  DuplicateSectionError: ['DUPLICATE_SECTION'],
  MissingSectionHeaderError: ['MISSING_SECTION'],
  ParsingError: ['NOT_AN_OPTION'],
};

/** Doubles represent it: Python's integers have no bound, JavaScript's numbers do. */
function isExact(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && Math.abs(value) < 2 ** 50;
}

/** Roots of negative numbers are complex to Python, and NaN to us. */
function mayBeComplex(text: string): boolean {
  return /\*\*|pow/.test(text) && /[-~]/.test(text);
}

function closeTo(value: number): unknown {
  return expect.closeTo(value, Math.max(0, 6 - Math.ceil(Math.log10(Math.abs(value) + 1))));
}
