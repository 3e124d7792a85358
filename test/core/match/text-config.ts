import { compileJails } from '../../../core/compile/compile-jails.ts';
import type { ConfigFiles } from '../../../core/config/config-files.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';

/** A configuration directory in memory: text by path. */
export function textConfig(files: Readonly<Record<string, string>>): ConfigFiles {
  return {
    read: (path) => files[path],
    list: (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
  };
}

/** A filter's [Definition] compiled as the one jail of a configuration. */
export function compileDefinition(definition: string, jail = ''): CompiledMatch {
  const { compiled, diagnostics } = compileJails(
    textConfig({
      'jail.local': `[one]\nenabled = true\nfilter = one\nlogpath = /var/log/one.log\n${jail}`,
      'filter.d/one.conf': `[Definition]\n${definition}`,
    }),
  );
  const match = compiled.jails[0]?.match;
  if (!match) throw new Error(`the definition does not compile: ${JSON.stringify(diagnostics)}`);
  // What is deployed went through JSON.
  return JSON.parse(JSON.stringify(match));
}
