import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { foldedLiteral } from '../../core/pyregex/case-folding.ts';
import { type CodePointSet, complement, intersection, members, size } from '../../core/pyregex/code-point-set.ts';
import { DIGIT, SPACE, WORD } from '../../core/pyregex/unicode/categories.ts';
import { available, PYTHON, pythonVersion, script } from './python/oracle.ts';

interface Tables {
  readonly unicode: string;
  readonly word: CodePointSet;
  readonly digit: CodePointSet;
  readonly space: CodePointSet;
  readonly folded: Readonly<Record<string, readonly number[]>>;
}

const python = available('Python 3.11 or later', pythonVersion() !== undefined);

/** Python 3.11 has Unicode 14; a later Python's newer characters are no word characters here. */
const TABLES_OF = '14.0.0';

describe.skipIf(!python)('the Unicode tables are those of Python 3.11', () => {
  const tables = python ? pythonTables() : undefined;
  const same = tables?.unicode === TABLES_OF;
  const newest = `Unicode ${tables?.unicode}`;

  it.each([
    ['\\w', WORD, tables?.word],
    ['\\d', DIGIT, tables?.digit],
    ['\\s', SPACE, tables?.space],
  ])(`%s, against ${newest}`, (_name, ours, theirs = []) => {
    expect(intersection(ours, complement(theirs))).toEqual([]);
    if (same) {
      expect(theirs).toEqual(ours);
    } else {
      expect(size(theirs) - size(ours)).toBeLessThan(20_000);
    }
  });

  it(`case, against ${newest}`, () => {
    const differences = Object.entries(tables?.folded ?? {}).filter(([codePoint, found]) => {
      const ours = foldedLiteral(Number(codePoint), false);
      return JSON.stringify(members(ours)) !== JSON.stringify(found);
    });
    expect(differences.length).toBeLessThanOrEqual(same ? 0 : 200);
  });
});

function pythonTables(): Tables {
  const { stdout, stderr, status } = spawnSync(PYTHON, [script('unicode_tables.py')], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout);
}
