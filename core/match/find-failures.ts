import type { Captured, GroupReader, Groups } from './group-reader.ts';
import { type BufferedLine, joinLines, partition } from './line-buffer.ts';
import type { PreparedMatch } from './prepared-match.ts';
import { createSessions, type Sessions, type SessionsState } from './sessions.ts';
import type { Restorable } from './time-budget.ts';

/** A failregex that matched. */
export interface FoundFailure {
  /** Index of the failregex. */
  readonly regex: number;
  /** Groups of prefregex and failregex, overlaid on those of the session. */
  readonly groups: Groups;
  /** Every user named in the session so far. */
  readonly users: readonly string[];
  /** The lines behind it, oldest first. */
  readonly matches: readonly string[];
  /**
   * Reported to testers only: F-NOFAIL, with nothing before it in the session that makes it a
   * failure.
   */
  readonly nofail: boolean;
}

export interface FailureFinder extends Restorable {
  /**
   * @param time log time in epoch seconds; `undefined` when there is none: then only a tester gets
   *   results
   */
  find(line: BufferedLine, time: number | undefined): readonly FoundFailure[];
  state(): FinderState | undefined;
}

/** JSON-serializable. */
export interface FinderState {
  readonly sessions?: SessionsState;
  readonly lines?: readonly BufferedLine[];
}

export interface FinderOptions {
  /**
   * Try every failregex, and report each match of a session (fail2ban/server/filter.py:
   * checkAllRegex). Otherwise the first failregex that matches decides.
   */
  readonly all: boolean;
  /**
   * Report matches without a date or an id too, for tests of a filter (checkFindTime,
   * ignorePending).
   */
  readonly tester?: boolean;
  /** Called with the index of an ignoreregex that matched, when the line is dropped. */
  readonly onIgnored?: (ignoreregex: number) => void;
  /** Called when prefregex passed the line. */
  readonly onPrefregex?: () => void;
  /** Called when a failregex matched, before the result is known. */
  readonly onMatch?: () => void;
}

const NOTHING: readonly FoundFailure[] = [];
const NO_LINES: readonly BufferedLine[] = [];
const NO_SUBJECT = joinLines(NO_LINES);
const NO_USERS: readonly string[] = [];
/**
 * UTF-16 units of JSON for the lines carried between batches: together with the sessions less than
 * a DynamoDB item holds.
 */
const LARGEST_BUFFER = 40_000;

/**
 * Searches lines for failures, in the order of fail2ban/server/filter.py: findFailure. Stateful:
 * sessions (F-MLFID) and, where maxlines is over 1, the last lines.
 */
export function createFailureFinder(
  regexes: PreparedMatch,
  options: FinderOptions,
  carried: FinderState = {},
): FailureFinder {
  return new Finder(regexes, options, carried);
}

/** A line, with those before it where maxlines is over 1, on its way through the regexes. */
interface Search {
  readonly line: BufferedLine;
  readonly time: number | undefined;
  /** The lines that `subject` began as; absent where each line stands alone. */
  readonly lines: readonly BufferedLine[] | undefined;
  /** What is left to match. */
  subject: string;
  /** What prefregex captured. */
  prefix: Captured | undefined;
}

/** What a failregex makes of a line that it matched. */
type Verdict =
  | { readonly kind: 'found'; readonly failure: FoundFailure }
  /** It belongs to a session that is no failure yet. */
  | { readonly kind: 'pending' }
  /** An ignoreregex matched too. */
  | { readonly kind: 'ignored' }
  /** It has no date, or names no id: the next failregex is tried. */
  | { readonly kind: 'void' };

const PENDING: Verdict = { kind: 'pending' };
const IGNORED: Verdict = { kind: 'ignored' };
const VOID: Verdict = { kind: 'void' };

class Finder implements FailureFinder {
  readonly #regexes: PreparedMatch;
  readonly #options: FinderOptions;
  /** With few ignoreregexes they are tried before any failregex. */
  readonly #ignoresFirst: boolean;
  readonly #sessions: Sessions;
  #buffer: readonly BufferedLine[];

  constructor(regexes: PreparedMatch, options: FinderOptions, { sessions, lines = NO_LINES }: FinderState) {
    const ignoring = regexes.ignoreregex.length;
    this.#regexes = regexes;
    this.#options = options;
    this.#ignoresFirst = ignoring > 0 && ignoring < regexes.failregex.length - 2;
    this.#sessions = createSessions(sessions);
    this.#buffer = lines;
  }

  find(line: BufferedLine, time: number | undefined): readonly FoundFailure[] {
    const lines = this.#regexes.maxlines > 1 ? this.#buffered(line) : undefined;
    const subject = lines ? joinLines(lines) : `${line.subject}\n`;
    if (this.#ignoresFirst && this.#isIgnored(subject)) return NOTHING;
    const search: Search = { line, time, lines, subject, prefix: undefined };
    if (!this.#passesPrefregex(search)) return NOTHING;
    return this.#options.all ? this.#findEach(search) : this.#findFirst(search);
  }

  /** The line behind the last ones, `maxlines` of them at most. */
  #buffered(line: BufferedLine): readonly BufferedLine[] {
    this.#buffer = [...this.#buffer, line].slice(-this.#regexes.maxlines);
    return this.#buffer;
  }

  /** Whether prefregex matches, if there is one; F-CONTENT becomes what the failregexes see. */
  #passesPrefregex(search: Search): boolean {
    const { prefregex } = this.#regexes;
    if (!prefregex) return true;
    const match = prefregex.regex.exec(search.subject);
    if (!match) return false;
    this.#options.onPrefregex?.();
    search.prefix = prefregex.read(match);
    const { content } = search.prefix;
    if (!content) return true;
    search.subject = `${content}\n`;
    if (search.lines) this.#buffer = [{ subject: content, text: content }];
    return true;
  }

  /** The first failregex that matches decides. */
  #findFirst(search: Search): readonly FoundFailure[] {
    const candidates = this.#candidates(search);
    for (let i = 0; i < candidates.length; i++) {
      const verdict = this.#try(candidates[i] as number, search);
      if (verdict === undefined || verdict.kind === 'void') continue;
      return verdict.kind === 'found' ? [verdict.failure] : NOTHING;
    }
    return NOTHING;
  }

  /** Every failregex is tried. */
  #findEach(search: Search): readonly FoundFailure[] {
    const found: FoundFailure[] = [];
    for (const index of this.#candidates(search)) {
      const verdict = this.#try(index, search);
      if (verdict?.kind === 'found') found.push(verdict.failure);
    }
    return found.length > 0 ? found : NOTHING;
  }

  #candidates({ subject }: Search): readonly number[] {
    return this.#regexes.byFirst[subject.charCodeAt(0)] ?? this.#regexes.all;
  }

  /** `undefined`: it does not match. */
  #try(index: number, search: Search): Verdict | undefined {
    const reader = this.#regexes.failregex[index] as GroupReader;
    const match = reader.regex.exec(search.subject);
    if (!match) return undefined;
    this.#options.onMatch?.();
    const parted = search.lines && partition(search.lines, reader, match);
    const isIgnored =
      this.#regexes.ignoreregex.length > 0 && this.#isIgnored(parted ? joinLines(parted.matched) : search.subject);
    if (search.time === undefined && !this.#options.tester && !isIgnored) return VOID;
    this.#consume(search, parted?.unmatched);
    if (isIgnored) return IGNORED;
    const captured = reader.read(match, search.prefix);
    if (captured.mlfid === undefined && !hasId(captured.groups)) return VOID;
    const texts = parted ? parted.matched.map(({ text }) => text) : [search.line.text];
    return this.#judge(index, captured, texts, search.time);
  }

  /** What matched is gone, except where each failregex is to see a single line. */
  #consume(search: Search, unmatched: readonly BufferedLine[] | undefined): void {
    if (unmatched) {
      this.#buffer = unmatched;
      search.subject = joinLines(unmatched);
    } else if (!this.#options.all) {
      search.subject = NO_SUBJECT;
    }
  }

  #isIgnored(subject: string): boolean {
    const { ignoreregex } = this.#regexes;
    for (let i = 0; i < ignoreregex.length; i++) {
      if (!ignoreregex[i]?.test(subject)) continue;
      this.#options.onIgnored?.(i);
      return true;
    }
    return false;
  }

  /** What the match of a failregex amounts to. */
  #judge(regex: number, captured: Captured, lines: readonly string[], time: number | undefined): Verdict {
    const { all, tester = false } = this.#options;
    const { mlfid, groups: own } = captured;
    if (mlfid === undefined) {
      // Without a session F-NOFAIL has no meaning: the line is a failure. Only a tester sees the
      // tag.
      const nofail = tester && Boolean(captured.nofail);
      return { kind: 'found', failure: { regex, groups: own, users: NO_USERS, matches: lines, nofail } };
    }
    const session = this.#sessions.add(mlfid, captured, lines, time);
    const { groups, users, lines: matches, nofail } = session;
    if (nofail && !all) return PENDING;
    if (!hasId(groups)) {
      session.pending = true;
      if (!tester) return PENDING;
    }
    return { kind: 'found', failure: { regex, groups, users, matches, nofail } };
  }

  state(): FinderState | undefined {
    const sessions = this.#sessions.state();
    const isBuffering = this.#regexes.maxlines > 1 && this.#buffer.length > 0;
    const lines = isBuffering ? latestWithin(this.#buffer, LARGEST_BUFFER) : undefined;
    if (!sessions && !lines) return undefined;
    return { ...(sessions && { sessions }), ...(lines && { lines }) };
  }

  snapshot(): () => void {
    const restoreSessions = this.#sessions.snapshot();
    const kept = this.#buffer;
    return () => {
      restoreSessions();
      this.#buffer = kept;
    };
  }
}

function hasId({ fid, ip4, ip6, dns }: Groups): boolean {
  return (fid ?? ip4 ?? ip6 ?? dns) !== undefined;
}

function latestWithin(lines: readonly BufferedLine[], budget: number): readonly BufferedLine[] {
  let left = budget;
  let first = lines.length;
  while (first > 0) {
    left -= JSON.stringify(lines[first - 1]).length;
    if (left < 0) break;
    first--;
  }
  return lines.slice(first);
}
