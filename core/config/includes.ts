import type { ConfigFiles } from './config-files.ts';

/**
 * The files a configuration is made of, lowest precedence first: `base.conf`, `base.d/*.conf`
 * sorted, `base.local`, `base.d/*.local` sorted; those that do not exist are left out
 * (fail2ban/client/configreader.py: ConfigReaderUnshared.read).
 */
export function loadOrder(files: ConfigFiles, base: string): readonly string[] {
  const folder = `${base}.d`;
  const inFolder = (suffix: string) =>
    files
      .list(folder)
      .filter((name) => name.endsWith(suffix) && !name.startsWith('.'))
      .map((name) => `${folder}/${name}`);
  const candidates = [`${base}.conf`, ...inFolder('.conf'), `${base}.local`, ...inFolder('.local')];
  return candidates.filter((path) => files.read(path) !== undefined);
}

/** Each file followed by its `.local` twin, where that exists and is not in the list already. */
export function withLocalTwins(files: ConfigFiles, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const twin = `${withoutExtension(path)}.local`;
    return paths.includes(twin) || files.read(twin) === undefined ? [path] : [path, twin];
  });
}

function withoutExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
}

/**
 * The path of an included file, relative to the configuration directory. Absolute paths under
 * /etc/fail2ban are taken as meant for the directory; `undefined`: the file lies outside it.
 */
export function includedPath(including: string, written: string): string | undefined {
  const installed = /^\/etc\/fail2ban\//.exec(written)?.[0];
  if (installed === undefined && written.startsWith('/')) return undefined;
  const folder = including.slice(0, including.lastIndexOf('/') + 1);
  const steps: string[] = [];
  for (const step of (installed === undefined ? folder + written : written.slice(installed.length)).split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.pop() === undefined) return undefined;
    if (step !== '..') steps.push(step);
  }
  return steps.join('/');
}
