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

/** Files held in memory, by path. */
export function memoryFiles(files: Readonly<Record<string, string>>): ConfigFiles {
  return {
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    list: (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
  };
}
