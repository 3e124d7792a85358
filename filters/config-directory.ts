import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigFiles } from '../core/config/config-files.ts';

const SHIPPED = dirname(fileURLToPath(import.meta.url));

/** The named directory does not exist or is not a directory. */
export class ConfigDirectoryError extends Error {
  override readonly name = 'ConfigDirectoryError';
}

/**
 * The operator's configuration directory laid over the jails and filters we ship: a file of theirs
 * hides ours of the same path. Without a directory, what we ship.
 *
 * @throws {ConfigDirectoryError} when `directory` is not a directory
 */
export function configDirectory(directory?: string): ConfigFiles {
  if (directory === undefined) return layer([SHIPPED]);
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) throw new ConfigDirectoryError(`${directory}: no such directory`);
  if (!stat.isDirectory()) throw new ConfigDirectoryError(`${directory}: not a directory`);
  return layer([directory, SHIPPED]);
}

function layer(roots: readonly string[]): ConfigFiles {
  return {
    read(path) {
      for (const root of roots) {
        const file = join(root, path);
        if (statSync(file, { throwIfNoEntry: false })?.isFile()) return readFileSync(file, 'utf8');
      }
      return undefined;
    },
    list(folder) {
      const names = new Set<string>();
      for (const root of roots) {
        const path = join(root, folder);
        if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
        for (const entry of readdirSync(path, { withFileTypes: true })) if (!entry.isDirectory()) names.add(entry.name);
      }
      return [...names].sort();
    },
  };
}
