import type { Captured, GroupReader, Groups } from './group-reader.ts';
import { type BufferedLine, joinLines, partition } from './line-buffer.ts';
import type { PreparedMatch } from './prepared-match.ts';
import { createSessions, type SessionsState } from './sessions.ts';
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
const NOBODY: readonly string[] = [];
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
  const { all, tester = false } = options;
  const multi = regexes.maxlines > 1;
  const ignoreFirst = regexes.ignoreregex.length > 0 && regexes.ignoreregex.length < regexes.failregex.length - 2;
  const sessions = createSessions(carried.sessions);
  let buffer: readonly BufferedLine[] = carried.lines ?? [];

  function ignored(subject: string): boolean {
    for (let i = 0; i < regexes.ignoreregex.length; i++) {
      if (!regexes.ignoreregex[i]?.test(subject)) continue;
      options.onIgnored?.(i);
      return true;
    }
    return false;
  }

  function find(line: BufferedLine, time: number | undefined): readonly FoundFailure[] {
    if (multi) buffer = [...buffer, line].slice(-regexes.maxlines);
    // Of these a match takes its part; what is left becomes the buffer.
    const lines = buffer;
    let subject = multi ? joinLines(lines) : `${line.subject}\n`;
    if (ignoreFirst && ignored(subject)) return NOTHING;

    let prefix: Captured | undefined;
    if (regexes.prefregex) {
      const match = regexes.prefregex.regex.exec(subject);
      if (!match) return NOTHING;
      options.onPrefregex?.();
      prefix = regexes.prefregex.read(match);
      if (prefix.content) {
        subject = `${prefix.content}\n`;
        if (multi) buffer = [{ subject: prefix.content, text: prefix.content }];
      }
    }

    let found = NOTHING;
    const candidates = regexes.byFirst[subject.charCodeAt(0)] ?? regexes.all;
    for (let i = 0; i < candidates.length; i++) {
      const index = candidates[i] as number;
      const reader = regexes.failregex[index] as GroupReader;
      const match = reader.regex.exec(subject);
      if (!match) continue;
      options.onMatch?.();
      const parted = multi ? partition(lines, reader, match) : undefined;
      const drop = regexes.ignoreregex.length > 0 && ignored(parted ? joinLines(parted.matched) : subject);
      if (time === undefined && !tester && !drop) continue;
      // What matched is gone, except for a tester of single lines.
      if (parted) {
        buffer = parted.unmatched;
        subject = joinLines(buffer);
      } else if (!all) {
        subject = NO_SUBJECT;
      }
      if (drop) {
        if (all) continue;
        break;
      }
      const captured = reader.read(match, prefix);
      if (captured.mlfid === undefined && !hasId(captured.groups)) continue;
      const texts = parted ? parted.matched.map(({ text }) => text) : [line.text];
      const failure = judge(index, captured, texts, time);
      if (failure) found = [...found, failure];
      if (!all) break;
    }
    return found;
  }

  /** What the match of a failregex amounts to; `undefined`: nothing yet. */
  function judge(
    regex: number,
    captured: Captured,
    lines: readonly string[],
    time: number | undefined,
  ): FoundFailure | undefined {
    if (captured.mlfid === undefined) {
      // Without a session F-NOFAIL has no meaning: the line is a failure. Only a tester sees the
      // tag.
      return {
        regex,
        groups: captured.groups,
        users: NOBODY,
        matches: lines,
        nofail: tester && Boolean(captured.nofail),
      };
    }
    const session = sessions.add(captured.mlfid, captured, lines, time);
    const { groups, users, lines: matches, nofail } = session;
    if (nofail && !all) return undefined;
    if (!hasId(groups)) {
      session.pending = true;
      if (!tester) return undefined;
    }
    return { regex, groups, users, matches, nofail };
  }

  function state(): FinderState | undefined {
    const pending = sessions.state();
    const lines = multi && buffer.length > 0 ? latestWithin(buffer, LARGEST_BUFFER) : undefined;
    if (!pending && !lines) return undefined;
    return { ...(pending && { sessions: pending }), ...(lines && { lines }) };
  }

  function snapshot(): () => void {
    const restoreSessions = sessions.snapshot();
    const kept = buffer;
    return () => {
      restoreSessions();
      buffer = kept;
    };
  }

  return { find, state, snapshot };
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
