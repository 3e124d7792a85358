import type { ConfigFiles } from '../../../core/config/config-files.ts';

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
