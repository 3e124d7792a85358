import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FLOORS = ['core', 'aws', 'lambdas', 'infra', 'filters', 'local', 'cli'];

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** What each file of the product imports of the product, types included. */
function importsOfFiles(): Graph {
  const files = FLOORS.flatMap((floor) => typescriptIn(floor));
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), 'utf8'))]));
}

function typescriptIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).map((name) => join(folder, name));
}

function importsOf(file: string, text: string): ReadonlySet<string> {
  const paths = [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)].map(([, path]) => path ?? '');
  return new Set(paths.map((path) => normalize(join(dirname(file), path))));
}

/**
 * The same between folders. A folder and one inside it are parts of one idea: they may import each
 * other.
 */
function importsOfFolders(files: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of files) {
    const from = dirname(file);
    for (const to of [...imported].map(dirname)) {
      if (to === from || to.startsWith(`${from}/`) || from.startsWith(`${to}/`)) continue;
      folders.set(from, (folders.get(from) ?? new Set()).add(to));
    }
  }
  return folders;
}

/** The nodes that lead back to themselves. */
function inCycles(graph: Graph): readonly string[] {
  return [...graph.keys()].filter((start) => reachedFrom(start, graph).has(start)).sort();
}

function reachedFrom(start: string, graph: Graph): ReadonlySet<string> {
  const reached = new Set<string>();
  const next = [...(graph.get(start) ?? [])];
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    next.push(...(graph.get(node) ?? []));
  }
  return reached;
}

const files = importsOfFiles();

it('reads all imports', () => {
  expect(files.size).toBeGreaterThan(300);
  const imported = [...files.values()].flatMap((paths) => [...paths]);
  expect(imported.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(
    inCycles(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['c'])],
        ['c', new Set(['b'])],
      ]),
    ),
  ).toEqual(['b', 'c']);
});

it('no file imports itself in a circle, not even for types', () => {
  expect(inCycles(files)).toEqual([]);
});

it('no folder imports itself in a circle', () => {
  expect(inCycles(importsOfFolders(files))).toEqual([]);
});
