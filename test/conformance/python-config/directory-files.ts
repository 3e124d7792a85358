import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigFiles } from '../../../core/config/config-files.ts';

/** One directory by itself, without the files we ship under it. */
export function directoryFiles(directory: string): ConfigFiles {
  const kind = (path: string) => statSync(join(directory, path), { throwIfNoEntry: false });
  return {
    read: (path) => (kind(path)?.isFile() ? readFileSync(join(directory, path), 'utf8') : undefined),
    list: (folder) => (kind(folder)?.isDirectory() ? readdirSync(join(directory, folder)).sort() : []),
  };
}
