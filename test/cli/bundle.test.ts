import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'cloudjail-bundle-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** A checkout of its own, so that no other run builds the same bundle. */
function checkOut(): void {
  for (const path of [
    'cli',
    'core',
    'aws',
    'local',
    'filters',
    'infra',
    'examples',
    'cdk.json',
    'lambdas',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  }
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '.cache') symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  }
}

function run(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(copy, 'cli/cloudjail.mjs'), ...args], { cwd: copy, encoding: 'utf8' });
}

function bundle(): string {
  return JSON.parse(readFileSync(join(copy, 'node_modules/.cache/cloudjail/bundle.json'), 'utf8')).main;
}

describe('the launcher', () => {
  it('bundles once, and again when a source changes', () => {
    checkOut();
    expect(run('--version')).toBe('0.1.0\n');
    const first = bundle();
    expect(run('dump')).toContain('sshd');
    expect(bundle()).toBe(first);
    appendFileSync(join(copy, 'cli/main.ts'), "\nprocess.stdout.write('changed\\n');\n");
    expect(run('--version')).toBe('0.1.0\nchanged\n');
    expect(bundle()).not.toBe(first);
    expect(readdirSync(join(copy, 'node_modules/.cache/cloudjail'))).toHaveLength(2);
  });

  it('works without a bundle where none can be made', () => {
    rmSync(join(copy, 'node_modules/.cache'), { recursive: true });
    rmSync(join(copy, 'node_modules/esbuild'));
    expect(run('--version')).toBe('0.1.0\nchanged\n');
  });
});
