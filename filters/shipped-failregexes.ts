import type { ConfigFiles } from '../core/config/config-files.ts';
import { readFilter } from '../core/config/read-filter.ts';
import { configDirectory } from './config-directory.ts';

/** The arguments that change which failregexes a shipped filter has. */
const VARIANTS = [
  '',
  ...['normal', 'aggressive', 'ddos', 'extra', 'auth', 'rbl', 'more', 'errors', 'fallback'].map(
    (mode) => `mode=${mode}`,
  ),
  'publickey=any',
  'publickey=ignore',
];

/**
 * The failregexes of the filters we ship, as a jail has them that changes none. What a stranger can
 * write into each is argued in docs/forgery.md and tried by `test/attacks`.
 */
export function shippedFailregexes(files: ConfigFiles = configDirectory()): ReadonlySet<string> {
  const names = files.list('filter.d').flatMap((file) => /^(.+)\.conf$/.exec(file)?.[1] ?? []);
  return new Set(
    names.flatMap((name) =>
      VARIANTS.flatMap((variant) => {
        const { filter } = readFilter(files, variant === '' ? name : `${name}[${variant}]`);
        return (filter?.failregex ?? []).map(({ value }) => value);
      }),
    ),
  );
}
