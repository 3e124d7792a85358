import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/**
 * Below node_modules, so that packages left out of the bundle are found from it, and `npm ci`
 * removes it.
 */
const CACHE = join(ROOT, 'node_modules', '.cache', 'cloudjail');
const MANIFEST = join(CACHE, 'bundle.json');
/** Looked up when they are needed: large, or with files of their own. */
const LEFT_OUT = ['@aws-sdk/*', 'recheck', 'esbuild', 'tsx', 'dynalite', 'aws-cdk-lib', 'constructs', 'cdk-nag'];

/**
 * The command line as one JavaScript file a command, kept until a source changes: some two hundred
 * small files take several times as long to load.
 *
 * @returns the URL of its main file; `undefined` where there is none and none can be made (no
 *   esbuild, no right to write)
 */
export async function bundledMain() {
  try {
    return fresh() ?? (await make());
  } catch {
    return undefined;
  }
}

function fresh() {
  try {
    const { root, main, inputs } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
    const same = root === ROOT && inputs.every(([path, stamp]) => stampOf(path) === stamp);
    return same && statSync(main).isFile() ? pathToFileURL(main).href : undefined;
  } catch {
    return undefined;
  }
}

function stampOf(path) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return `${mtimeMs} ${size}`;
}

async function make() {
  const { build } = await import('esbuild');
  const folder = join(CACHE, `${Date.now()}-${process.pid}`);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/main.ts', 'cli/replay/scan-thread.ts'],
    outbase: 'cli',
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    external: LEFT_OUT,
    // Where threads find what they run.
    define: { CLOUDJAIL_BUNDLE: JSON.stringify(`${pathToFileURL(folder).href}/`) },
    // For packages that are not ES modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [{ name: 'own-place', setup: keepPlaces }],
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  const stamped = [...inputs, 'cli/bundle.mjs', 'package-lock.json'].map((path) => [path, stampOf(path)]);
  const main = join(folder, 'main.js');
  const before = previousFolder();
  writeFileSync(`${folder}.json`, JSON.stringify({ root: ROOT, main, folder, inputs: stamped }));
  // At once whole, whoever else is at it.
  renameSync(`${folder}.json`, MANIFEST);
  if (before !== undefined) rmSync(before, { recursive: true, force: true });
  return pathToFileURL(main).href;
}

/** A source file finds what lies beside it by its own URL, not by the bundle's. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
  });
}

function previousFolder() {
  mkdirSync(CACHE, { recursive: true });
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8')).folder;
  } catch {
    return undefined;
  }
}
