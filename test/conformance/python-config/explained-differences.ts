import type { OracleError } from './oracle.ts';

/**
 * Where the stock configuration is read differently on purpose, and why: `jail: option` for a
 * value, `CODE: message` for an error of ours where fail2ban-client has none.
 */
export const EXPLAINED: Readonly<Record<string, string>> = {
  'UNKNOWN_TAG: this leads to <mdre-aggressive>, which filter freeswitch does not have, so its regex never matches':
    'the client passes the tag on as a regex, and the server refuses that',
  'IGNORECOMMAND: ignorecommand is not run, so what it would spare is banned':
    'apache-fakegooglebot asks a command which addresses are a crawler of Google; no server is there to run it',
};

export type TreeFiles = Readonly<Record<string, string>>;

/** Where fail2ban gives up on a directory and we go on, on purpose. */
export interface TreeDifference {
  readonly name: string;
  readonly explains: (files: TreeFiles, error: OracleError) => boolean;
}

export const TREE_DIFFERENCES: readonly TreeDifference[] = [
  {
    // The filter's finished value is interpolated a second time there, so that
    // %(known/datepattern)s can't be written at all.
    name: 'a percent sign in a value of the filter, used by %(known/…)s',
    explains: (files, error) =>
      error.type === 'InterpolationSyntaxError' &&
      Object.entries(files).some(([path, text]) => !path.startsWith('filter.d/') && text.includes('%(known/')) &&
      Object.values(files).some((text) => text.includes('%%')),
  },
];
