import type { Groups } from './group-reader.ts';

/** What is known of one connection: the groups and lines of everything logged under its F-MLFID text. JSON-serialisable. */
export interface Session {
  /** Log time of its first line, epoch seconds; absent when that line had none: such a session does not age. */
  readonly since?: number | undefined;
  readonly groups: Groups;
  readonly users: readonly string[];
  /** Lines of failures not yet told of, or just told of. */
  readonly lines: readonly string[];
  /** Lines that matched as no failure (F-NOFAIL), told of with the failure that may follow. */
  readonly nofailLines: readonly string[];
  /** A failure was seen, but no address yet. */
  readonly pending: boolean;
}

/** What a line amounts to once it is merged into its session. */
export interface Merged {
  readonly groups: Groups;
  readonly users: readonly string[];
  readonly lines: readonly string[];
  /** No failure by itself, and nothing before it that makes it one. */
  readonly nofail: boolean;
  /** Call when the merged groups hold no address: the next line of the session that brings one is the failure. */
  markPending(): void;
}

export interface Sessions {
  /**
   * @param groups what prefregex and failregex captured on the line
   * @param lines the matched lines
   * @param time log time, epoch seconds; `undefined` when the line has none
   */
  merge(mlfid: string, groups: Groups, lines: readonly string[], time: number | undefined): Merged;
  /** For {@link createSessions} to go on from; `undefined` when nothing is pending. */
  state(): SessionsState | undefined;
}

/** Oldest first. */
export type SessionsState = readonly (readonly [mlfid: string, session: Session])[];

/** fail2ban/server/filter.py: mlfidCache. A resource guard: the oldest session goes when one more than these is opened. */
const MOST_SESSIONS = 100;
/** From the session's first line, not refreshed. fail2ban takes the wall clock; a log can be replayed only on its own. */
const LONGEST_SESSION = 300;
/** Of each kind; enough for any evidence that is kept, and a bound for what a client can make a session remember. */
const MOST_LINES = 20;
/** UTF-16 units of all that is carried, oldest sessions dropped first: at 3 bytes each below what a DynamoDB item holds. */
const LARGEST_STATE = 80_000;

/**
 * The sessions of one log stream: which lines belong to one connection, and when they add up to a failure
 * (fail2ban/server/filter.py: _mergeFailure).
 */
export function createSessions(carried: SessionsState = []): Sessions {
  const sessions = new Map<string, Session>(carried);

  function known(mlfid: string, time: number | undefined): Session | undefined {
    const session = sessions.get(mlfid);
    if (!session || !isOver(session, time)) return session;
    sessions.delete(mlfid);
    return undefined;
  }

  function merge(mlfid: string, captured: Groups, matched: readonly string[], time: number | undefined): Merged {
    const { mlfforget, ...own } = captured;
    const groups: Record<string, string> = own;
    if (groups['mlfgained'] && !groups['nofail']) groups['nofail'] = groups['mlfgained'];
    const before = known(mlfid, time);
    let session = before ? overlay(before, groups) : opened(groups, mlfforget ? undefined : groups['user'], time);

    const cancelled = session.pending || session.users.length > 1;
    const nofail = Boolean(groups['nofail']) && !cancelled;
    if (cancelled) session = { ...session, groups: without(session.groups, 'nofail', 'mlfgained'), pending: false };
    session = addLines(session, matched, nofail, Boolean(mlfforget));

    if (mlfforget) sessions.delete(mlfid);
    else {
      if (!before) makeRoom(sessions, time);
      sessions.set(mlfid, session);
    }
    const { groups: merged, users, lines } = session;
    const markPending = (): void => {
      if (!mlfforget) sessions.set(mlfid, { ...session, pending: true });
    };
    return { groups: merged, users, lines, nofail, markPending };
  }

  return {
    merge,
    state: () => (sessions.size === 0 ? undefined : newestWithin([...sessions], LARGEST_STATE)),
  };
}

function opened(groups: Groups, user: string | undefined, since: number | undefined): Session {
  return { since, groups, users: user ? [user] : [], lines: [], nofailLines: [], pending: false };
}

/** The session as this line leaves it, before it is judged. */
function overlay(before: Session, groups: Groups): Session {
  const user = groups['user'];
  const wasNofail = Boolean(before.groups['nofail'] || before.groups['mlfgained']);
  return {
    since: before.since,
    groups: { ...without(before.groups, 'nofail', 'mlfgained'), ...groups },
    users: user && !before.users.includes(user) ? [...before.users, user] : before.users,
    // Lines already told of with an earlier failure are not told of again.
    lines: wasNofail || (before.pending && !groups['mlfgained']) ? before.lines : [],
    nofailLines: before.nofailLines,
    pending: before.pending && !groups['mlfgained'],
  };
}

function addLines(session: Session, matched: readonly string[], nofail: boolean, forget: boolean): Session {
  if (!nofail)
    return { ...session, lines: last([...session.nofailLines, ...session.lines, ...matched]), nofailLines: [] };
  if (forget) return session;
  return { ...session, nofailLines: last([...session.nofailLines, ...matched]) };
}

function isOver(session: Session, time: number | undefined): boolean {
  return session.since !== undefined && time !== undefined && session.since + LONGEST_SESSION <= time;
}

/** First in, first out; those that have had their time go along with the one that makes room. */
function makeRoom(sessions: Map<string, Session>, time: number | undefined): void {
  if (sessions.size < MOST_SESSIONS) return;
  for (const [mlfid, session] of sessions) {
    sessions.delete(mlfid);
    if (!isOver(session, time)) return;
  }
}

function newestWithin(entries: SessionsState, budget: number): SessionsState {
  let left = budget;
  let first = entries.length;
  while (first > 0) {
    left -= JSON.stringify(entries[first - 1]).length;
    if (left < 0) break;
    first--;
  }
  return entries.slice(first);
}

function last(lines: readonly string[]): readonly string[] {
  return lines.length > MOST_LINES ? lines.slice(-MOST_LINES) : lines;
}

function without(groups: Groups, ...names: readonly string[]): Groups {
  const rest = { ...groups };
  for (const name of names) delete rest[name];
  return rest;
}
