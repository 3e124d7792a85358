import type { GroupReader, Groups } from './group-reader.ts';
import { type BufferedLine, joinLines, type Partition, partition } from './line-buffer.ts';
import type { PreparedMatch } from './prepared-match.ts';
import { createSessions, type Merged, type SessionsState } from './sessions.ts';

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
  /** Only reported when every failregex is tried: F-NOFAIL, and nothing before it in the session that makes it a failure. */
  readonly nofail: boolean;
}

export interface FailureFinder {
  /**
   * @param time log time in epoch seconds; `undefined` when there is none: then nothing is found, unless every failregex is tried
   */
  find(line: BufferedLine, time: number | undefined): readonly FoundFailure[];
  state(): FinderState | undefined;
}

/** JSON-serialisable. */
export interface FinderState {
  readonly sessions?: SessionsState;
  readonly lines?: readonly BufferedLine[];
}

export interface FinderOptions {
  /**
   * Try every failregex and report matches that are no failures too (fail2ban/server/filter.py: checkAllRegex). Otherwise the
   * first failregex that matches decides.
   */
  readonly all: boolean;
  /** Told the index of an ignoreregex that matched, as the line is dropped. */
  readonly onIgnored?: (ignoreregex: number) => void;
  /** Told that prefregex let the line through. */
  readonly onPrefregex?: () => void;
  /** Told that a failregex matched, whatever comes of it. */
  readonly onMatch?: () => void;
}

const NOTHING: readonly FoundFailure[] = [];
/** What names the failure; the first that captured is the ban key (fail2ban/server/failregex.py: FAILURE_ID_GROPS). */
const ID_GROUPS = ['fid', 'ip4', 'ip6', 'dns'] as const;
/** UTF-16 units of buffered lines that are carried between batches: together with the sessions less than a DynamoDB item holds. */
const LARGEST_BUFFER = 40_000;

/**
 * Searches lines for failures, in the order of fail2ban/server/filter.py: findFailure. Stateful: sessions (F-MLFID) and, where
 * maxlines is over 1, the last lines.
 */
export function createFailureFinder(
  regexes: PreparedMatch,
  options: FinderOptions,
  carried: FinderState = {},
): FailureFinder {
  const { all } = options;
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

  function keep(line: BufferedLine): void {
    buffer = multi ? [...buffer, line].slice(-regexes.maxlines) : [line];
  }

  /** Groups of prefregex, and the subject that it leaves; `undefined` when it does not match. */
  function passPrefregex(subject: string): { readonly groups: Groups; readonly subject: string } | undefined {
    if (!regexes.prefregex) return { groups: {}, subject };
    const match = regexes.prefregex.regex.exec(subject);
    if (!match) return undefined;
    options.onPrefregex?.();
    const { content, ...groups } = regexes.prefregex.read(match);
    if (!content) return { groups, subject };
    buffer = [{ subject: content, text: content }];
    return { groups, subject: `${content}\n` };
  }

  /** What the match is a sign of; `undefined` when it holds no id and no session could bring one. */
  function merge(groups: Groups, part: Partition, time: number | undefined): Merged | undefined {
    const lines = part.matched.map((line) => line.text);
    const mlfid = groups['mlfid'];
    if (mlfid !== undefined) return sessions.merge(mlfid, groups, lines, time);
    if (!hasId(groups)) return undefined;
    // Without a session F-NOFAIL has no meaning: the line is a failure. Only a tester is told that it was tagged so.
    return { groups, users: [], lines, nofail: all && Boolean(groups['nofail']), markPending: () => {} };
  }

  function find(line: BufferedLine, time: number | undefined): readonly FoundFailure[] {
    keep(line);
    const lines = buffer;
    const whole = multi ? joinLines(lines) : `${line.subject}\n`;
    if (ignoreFirst && ignored(whole)) return NOTHING;
    const passed = passPrefregex(whole);
    if (!passed) return NOTHING;

    const found: FoundFailure[] = [];
    let { subject } = passed;
    for (let index = 0; index < regexes.failregex.length; index++) {
      const reader = regexes.failregex[index] as GroupReader;
      const match = reader.regex.exec(subject);
      if (!match) continue;
      options.onMatch?.();
      const part = partition(lines, reader, match);
      const consume = (): void => {
        // A tester of single lines goes on with the same subject; otherwise what matched is gone.
        if (all && !multi) return;
        buffer = part.unmatched;
        subject = joinLines(buffer);
      };
      if (regexes.ignoreregex.length > 0 && ignored(multi ? joinLines(part.matched) : subject)) {
        consume();
        if (all) continue;
        break;
      }
      if (time === undefined && !all) continue;
      consume();
      const merged = merge({ ...passed.groups, ...reader.read(match) }, part, time);
      if (!merged) continue;
      if (merged.nofail && !all) break;
      if (!hasId(merged.groups)) {
        merged.markPending();
        if (!all) break;
      }
      const { groups, users, lines: matches, nofail } = merged;
      found.push({ regex: index, groups, users, matches, nofail });
      if (!all) break;
    }
    return found;
  }

  function state(): FinderState | undefined {
    const pending = sessions.state();
    const lines = multi && buffer.length > 0 ? latestWithin(buffer, LARGEST_BUFFER) : undefined;
    if (!pending && !lines) return undefined;
    return { ...(pending && { sessions: pending }), ...(lines && { lines }) };
  }

  return { find, state };
}

function hasId(groups: Groups): boolean {
  return ID_GROUPS.some((name) => groups[name] !== undefined);
}

function latestWithin(lines: readonly BufferedLine[], budget: number): readonly BufferedLine[] {
  let left = budget;
  let first = lines.length;
  while (first > 0) {
    const line = lines[first - 1];
    left -= line ? line.subject.length + line.text.length : 0;
    if (left < 0) break;
    first--;
  }
  return lines.slice(first);
}
