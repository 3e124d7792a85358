import type { TranslatedRegex } from '../pyregex/translation.ts';

/** Python's groupdict() without the groups that took no part in the match. */
export type Groups = Readonly<Record<string, string>>;

/**
 * The captures of a match: groups that describe the failure, and separately the captures of tags
 * that control the matching.
 */
export interface Captured {
  readonly groups: Groups;
  /** F-CONTENT: what prefregex leaves for failregex to see. */
  readonly content: string | undefined;
  /** F-MLFID: names the session. */
  readonly mlfid: string | undefined;
  readonly nofail: string | undefined;
  readonly mlfforget: string | undefined;
  readonly mlfgained: string | undefined;
}

/** A translated regex, ready to search, with its named groups as fail2ban reads them. */
export interface GroupReader {
  readonly regex: RegExp;
  /** The named groups of a match, alternate and tuple names merged, laid over those of `base`. */
  read(match: RegExpExecArray, base?: Captured): Captured;
  /** What `<SKIPLINES>` ran over, in order; empty for a regex without that tag. */
  skippedLines(match: RegExpExecArray): readonly string[];
}

/** Tag names that stand for other groups (fail2ban/server/failregex.py: mapTag2Opt). */
const GROUP_OF_TAG: Readonly<Record<string, string>> = { id: 'fid', port: 'fport' };
const COMPLEX_NAME = /^(alt_|tuple_)(.*?)(?:_\d+)?$/;
/** Longer than the bare prefix `alt_`. */
const SHORTEST_COMPLEX_NAME = 5;
const STEERING = ['content', 'mlfid', 'nofail', 'mlfforget', 'mlfgained'];
const SKIPPED_LINES = /^skiplines(\d+)$/;

type Captures = readonly number[];

interface Merge {
  readonly from: string;
  readonly into: string;
}

/**
 * The content of {@link Captured.groups}: every group, or only those that hold the id and the user;
 * sessions need the user.
 */
export type GroupsRead = 'all' | 'id';

const ID_GROUPS = ['fid', 'ip4', 'ip6', 'dns', 'cidr', 'user'];

/** @throws {SyntaxError} when the source is no RegExp, which a translation never is */
export function groupReader(translated: TranslatedRegex, read: GroupsRead = 'all'): GroupReader {
  return new Reader(translated, read);
}

class Reader implements GroupReader {
  readonly regex: RegExp;
  readonly #names: readonly string[];
  /** By the place of the name. */
  readonly #captures: readonly Captures[];
  readonly #skipped: readonly Captures[];
  readonly #alternates: readonly Merge[];
  readonly #tuples: readonly Merge[];
  readonly #content: Captures | undefined;
  readonly #mlfid: Captures | undefined;
  readonly #nofail: Captures | undefined;
  readonly #mlfforget: Captures | undefined;
  readonly #mlfgained: Captures | undefined;

  constructor({ source, flags, groups }: TranslatedRegex, read: GroupsRead) {
    this.regex = new RegExp(source, flags);
    const names = Object.keys(groups);
    this.#alternates = merges(names, 'alt_', read);
    this.#tuples = merges(names, 'tuple_', read);
    const wanted = new Set([...ID_GROUPS, ...[...this.#alternates, ...this.#tuples].map(({ from }) => from)]);
    this.#names = names.filter((name) =>
      read === 'id' ? wanted.has(name) : !STEERING.includes(name) && !SKIPPED_LINES.test(name),
    );
    this.#captures = this.#names.map((name) => groups[name] ?? []);
    this.#skipped = names
      .filter((name) => SKIPPED_LINES.test(name))
      .sort((a, b) => skipNumber(a) - skipNumber(b))
      .map((name) => groups[name] ?? []);
    this.#content = groups['content'];
    this.#mlfid = groups['mlfid'];
    this.#nofail = groups['nofail'];
    this.#mlfforget = groups['mlfforget'];
    this.#mlfgained = groups['mlfgained'];
  }

  read(match: RegExpExecArray, base?: Captured): Captured {
    const groups: Record<string, string> = {};
    for (let i = 0; i < this.#names.length; i++) {
      const text = captured(match, this.#captures[i]);
      if (text !== undefined) groups[this.#names[i] as string] = text;
    }
    for (const { from, into } of this.#alternates) if (groups[from] && !groups[into]) groups[into] = groups[from];
    for (const { from, into } of this.#tuples) {
      const part = groups[from];
      if (part !== undefined) groups[into] = groups[into] === undefined ? part : `${groups[into]},${part}`;
    }
    return {
      groups: base === undefined ? groups : overlay(base.groups, groups),
      content: captured(match, this.#content),
      mlfid: captured(match, this.#mlfid) ?? base?.mlfid,
      nofail: captured(match, this.#nofail) ?? base?.nofail,
      mlfforget: captured(match, this.#mlfforget) ?? base?.mlfforget,
      mlfgained: captured(match, this.#mlfgained) ?? base?.mlfgained,
    };
  }

  skippedLines(match: RegExpExecArray): readonly string[] {
    if (this.#skipped.length === 0) return [];
    const text = this.#skipped.map((captures) => captured(match, captures) ?? '').join('');
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  }
}

/** The groups of both; those of `over` where both have one. */
export function overlay(base: Groups, over: Groups): Groups {
  for (const _ in base) return { ...base, ...over };
  return over;
}

/** A group may stand for several captures, of which at most one took part. */
function captured(match: RegExpExecArray, captures: Captures | undefined): string | undefined {
  if (captures === undefined) return undefined;
  for (let i = 0; i < captures.length; i++) {
    const text = match[captures[i] as number];
    if (text !== undefined) return text;
  }
  return undefined;
}

/**
 * `alt_user_1` is used for `user` where that is empty (fail2ban/server/failregex.py:
 * _getGroupsWithAlt).
 */
function merges(names: readonly string[], prefix: 'alt_' | 'tuple_', read: GroupsRead): readonly Merge[] {
  const found: Merge[] = [];
  for (const from of [...names].sort()) {
    const [, kind, base] = (from.length >= SHORTEST_COMPLEX_NAME && COMPLEX_NAME.exec(from)) || [];
    if (kind !== prefix || base === undefined) continue;
    const tag = base.toLowerCase();
    const into = GROUP_OF_TAG[tag] ?? tag;
    if (read === 'all' || ID_GROUPS.includes(into)) found.push({ from, into });
  }
  return found;
}

function skipNumber(name: string): number {
  return Number(SKIPPED_LINES.exec(name)?.[1]);
}
