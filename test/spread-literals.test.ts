import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['core', 'aws', 'lambdas', 'infra', 'filters', 'local', 'cli', 'docs', 'test'];

/**
 * Begins an object literal that is spread where it is written: its properties could stand there.
 */
const SPREAD_LITERAL = /\.\.\.\s*\{/;

function spreadLiterals(file: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, i) => (SPREAD_LITERAL.test(line) ? [`${file}:${i + 1}`] : []));
}

it('spreads no object literal: it would only hide from the formatter how many properties there are', () => {
  const planted = `const x = { ..${'.'}{ a }, b };`;
  expect(spreadLiterals('planted.ts', planted)).toEqual(['planted.ts:1']);
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?[tj]s$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(files.flatMap((file) => spreadLiterals(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
