import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface LockEntry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
}

const LOCK = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};

/** Without the project itself, and without what comes inside the archive of another package. */
const packages = Object.entries(LOCK.packages).filter(([path, { inBundle }]) => path !== '' && !inBundle);

it('every package of the lock file has a hash, whatever platform it is for', () => {
  expect(packages.length).toBeGreaterThan(200);
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

it('the lock file names no registry', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
