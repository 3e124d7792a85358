import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

/** What the linter, with our settings, reports about `code` if it stood in `path`. */
function lint(path: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-lint-'));
  try {
    copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), code);
    const result = spawnSync(bin('biome'), ['lint', '--max-diagnostics=50', path], { cwd: folder, encoding: 'utf8' });
    return `${result.stdout}${result.stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the compiler reports about `code` under core's own settings. */
function compileInCore(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-core-'));
  try {
    writeFileSync(join(folder, 'planted.mts'), code);
    const settings = {
      extends: join(ROOT, 'core/tsconfig.json'),
      compilerOptions: { rootDir: '.' },
      include: ['*.mts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    return spawnSync(bin('tsc'), ['-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('core is pure', () => {
  it.each([
    ["import { readFileSync } from 'node:fs'; export const x = readFileSync;", 'node:fs'],
    ['export const x = process.env;', 'process'],
    ['export const x = fetch;', 'fetch'],
    ['export const x = setTimeout;', 'setTimeout'],
    ['export const x = console.log;', 'console'],
  ])('the compiler refuses %s', (code, name) => {
    expect(compileInCore(code)).toMatch(new RegExp(`error TS\\d+: .*'${name}'`));
  });

  it('and accepts what is pure', () => {
    expect(compileInCore('export const x = [1, 2].toSorted();')).toBe('');
  });

  it.each([
    ["import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; export const x = DynamoDBClient;", 'core is pure'],
    ["import { x } from '../../aws/environment.ts'; export const y = x;", 'core imports only core'],
    ['export const now = Date.now();', 'only core/dates may use Date'],
  ])('the linter refuses %s', (code, message) => {
    expect(lint('core/bans/planted.ts', code)).toContain(message);
    expect(lint('test/planted.ts', code)).not.toContain(message);
  });
});

describe('import directions', () => {
  it.each([
    ['aws/planted.ts', '../lambdas/matcher/handler.ts', 'aws imports only core'],
    ['lambdas/banner/planted.ts', '../matcher/handler.ts', 'lambdas never import each other'],
    ['lambdas/banner/planted.ts', '../../infra/tables.ts', 'lambdas import only core and aws'],
    ['local/planted.ts', '../infra/tables.ts', 'local imports only core, aws and lambdas'],
    ['cli/planted.ts', '../lambdas/matcher/handler.ts', 'cli imports only core, aws and local'],
    ['infra/planted.ts', '../aws/environment.ts', 'infra compiles jails'],
  ])('%s may not import %s', (path, imported, message) => {
    const code = `import { x } from '${imported}';\nexport const y = x;\n`;
    expect(lint(path, code)).toContain(message);
    expect(lint('test/planted.ts', code)).not.toContain(message);
  });

  it('a floating promise is an error: a Lambda would end before it', () => {
    const code = 'async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}\n';
    expect(lint('aws/planted.ts', code)).toContain('noFloatingPromises');
  });
});
