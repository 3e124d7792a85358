import type { TranslatedRegex } from '../pyregex/translation.ts';

/** Python's groupdict() without the groups that took no part in the match. */
export type Groups = Readonly<Record<string, string>>;

/** A translated regex, ready to search, with its named groups as fail2ban reads them. */
export interface GroupReader {
  readonly regex: RegExp;
  /** The named groups of a match, alternate and tuple names merged. */
  read(match: RegExpExecArray): Record<string, string>;
  /** What `<SKIPLINES>` ran over, in order; empty for a regex without that tag. */
  skippedLines(match: RegExpExecArray): readonly string[];
}

/** Tag names that stand for other groups (fail2ban/server/failregex.py: mapTag2Opt). */
const GROUP_OF_TAG: Readonly<Record<string, string>> = { id: 'fid', port: 'fport' };
const COMPLEX_NAME = /^(alt_|tuple_)(.*?)(?:_\d+)?$/;
/** Longer than the bare prefix `alt_`. */
const SHORTEST_COMPLEX_NAME = 5;

interface Merge {
  readonly from: string;
  readonly into: string;
}

/** @throws {SyntaxError} when the source is no RegExp, which a translation never is */
export function groupReader(translated: TranslatedRegex): GroupReader {
  const groups = Object.entries(translated.groups);
  const names = groups.map(([name]) => name);
  const alternates = merges(names, 'alt_');
  const tuples = merges(names, 'tuple_');
  const skipped = names.filter((name) => /^skiplines\d+$/.test(name)).sort((a, b) => skipNumber(a) - skipNumber(b));

  function read(match: RegExpExecArray): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [name, captures] of groups) {
      const text = firstCaptured(match, captures);
      if (text !== undefined) found[name] = text;
    }
    for (const { from, into } of alternates) if (found[from] && !found[into]) found[into] = found[from];
    for (const { from, into } of tuples) {
      const part = found[from];
      if (part !== undefined) found[into] = found[into] === undefined ? part : `${found[into]},${part}`;
    }
    return found;
  }

  return {
    regex: new RegExp(translated.source, translated.flags),
    read,
    skippedLines(match) {
      if (skipped.length === 0) return skipped;
      const text = skipped.map((name) => firstCaptured(match, translated.groups[name] ?? []) ?? '').join('');
      return text === '' ? [] : text.replace(/\n$/, '').split('\n');
    },
  };
}

function firstCaptured(match: RegExpExecArray, captures: readonly number[]): string | undefined {
  for (const capture of captures) {
    const text = match[capture];
    if (text !== undefined) return text;
  }
  return undefined;
}

/** `alt_user_1` is used for `user` where that is empty (fail2ban/server/failregex.py: _getGroupsWithAlt). */
function merges(names: readonly string[], prefix: 'alt_' | 'tuple_'): readonly Merge[] {
  const found: Merge[] = [];
  for (const from of [...names].sort()) {
    const [, kind, base] = (from.length >= SHORTEST_COMPLEX_NAME && COMPLEX_NAME.exec(from)) || [];
    if (kind !== prefix || base === undefined) continue;
    const tag = base.toLowerCase();
    found.push({ from, into: GROUP_OF_TAG[tag] ?? tag });
  }
  return found;
}

function skipNumber(name: string): number {
  return Number(name.slice('skiplines'.length));
}
