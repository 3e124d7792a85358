import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the files of a test file, gone after its last test. */
export function temporaryFolder(): {
  /** Writes a file, with the folders above it; its path. */
  file(name: string, content: string | Uint8Array): string;
  path(name: string): string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    file(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}
