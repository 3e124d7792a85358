import { type Captured, type Groups, overlay } from './group-reader.ts';

/**
 * What is known of one connection: the groups and lines of everything logged under its F-MLFID
 * text. JSON-serializable.
 */
interface Session {
  /**
   * Log time of its first line, epoch seconds; absent when that line had none: such a session does
   * not age.
   */
  readonly since: number | undefined;
  groups: Groups;
  users: readonly string[];
  /** Lines of failures not yet reported, or just reported. */
  lines: readonly string[];
  /** Lines that matched as no failure (F-NOFAIL), reported with the failure that may follow. */
  nofailLines: readonly string[];
  /** Its last line was no failure. */
  nofail: boolean;
  /** A failure was seen, but no address yet. */
  pending: boolean;
}

export interface Sessions {
  /**
   * Adds a line to its session; the session as it then is. Unless `nofail` is set the line is a
   * failure, and the session holds what is known of it. Set `pending` where that is no address: the
   * next line to bring one will then be the failure.
   *
   * @param lines the matched lines
   * @param time log time, epoch seconds; `undefined` when the line has none
   */
  add(mlfid: string, captured: Captured, lines: readonly string[], time: number | undefined): Session;
  /** For {@link createSessions} to go on from; `undefined` when nothing is pending. */
  state(): SessionsState | undefined;
  /** What takes them back to how they are now. */
  snapshot(): () => void;
}

/** Oldest first. */
export type SessionsState = readonly (readonly [mlfid: string, session: Readonly<Session>])[];

/**
 * fail2ban/server/filter.py: mlfidCache. A resource guard: the oldest session goes when one more
 * than these is opened.
 */
const MOST_SESSIONS = 100;
/**
 * From the session's first line, not refreshed. fail2ban takes the wall clock; a log can be
 * replayed only on its own.
 */
const LONGEST_SESSION = 300;
/**
 * Of each kind; enough for any evidence that is kept, and a bound for what a client can make a
 * session remember.
 */
const MOST_LINES = 20;
/**
 * UTF-16 units of JSON for all that is carried, oldest sessions dropped first: at 3 bytes each
 * below what a DynamoDB item holds.
 */
const LARGEST_STATE = 80_000;

/**
 * The sessions of one log stream: which lines belong to one connection, and when they add up to a
 * failure (fail2ban/server/filter.py: _mergeFailure).
 */
export function createSessions(carried: SessionsState = []): Sessions {
  const sessions = new Map<string, Session>();
  for (const [mlfid, session] of carried) sessions.set(mlfid, { ...session, since: session.since });

  function known(mlfid: string, time: number | undefined): Session | undefined {
    const session = sessions.get(mlfid);
    if (!session || !isOver(session, time)) return session;
    sessions.delete(mlfid);
    return undefined;
  }

  function open(mlfid: string, captured: Captured, time: number | undefined): Session {
    const session: Session = {
      since: time,
      groups: {},
      users: [],
      lines: [],
      nofailLines: [],
      nofail: false,
      pending: false,
    };
    // A line that ends its session leaves none behind; its user then counts for nothing.
    if (!captured.mlfforget) {
      makeRoom(sessions, time);
      sessions.set(mlfid, session);
    }
    return session;
  }

  function add(mlfid: string, captured: Captured, matched: readonly string[], time: number | undefined): Session {
    const before = known(mlfid, time);
    const session = before ?? open(mlfid, captured, time);
    const gained = Boolean(captured.mlfgained);
    if (gained) session.pending = false;
    // Lines already reported with an earlier failure are not reported again.
    if (!session.nofail && !session.pending) session.lines = NONE;
    session.groups = overlay(session.groups, captured.groups);
    if (before || !captured.mlfforget) addUser(session, captured.groups['user']);

    const cancelled = session.pending || session.users.length > 1;
    session.nofail = !cancelled && (gained || Boolean(captured.nofail));
    session.pending = false;
    if (!session.nofail) {
      session.lines = joined(joined(session.nofailLines, session.lines), matched);
      session.nofailLines = NONE;
    } else if (!captured.mlfforget) {
      session.nofailLines = joined(session.nofailLines, matched);
    }
    if (before && captured.mlfforget) sessions.delete(mlfid);
    return session;
  }

  return {
    add,
    state: () => (sessions.size === 0 ? undefined : newestWithin(sessions, LARGEST_STATE)),
    snapshot() {
      const kept = Array.from(sessions, ([mlfid, session]) => [mlfid, { ...session }] as const);
      return () => {
        sessions.clear();
        for (const [mlfid, session] of kept) sessions.set(mlfid, session);
      };
    },
  };
}

const NONE: readonly string[] = [];

function addUser(session: Session, user: string | undefined): void {
  if (user && !session.users.includes(user)) session.users = [...session.users, user];
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

function joined(earlier: readonly string[], later: readonly string[]): readonly string[] {
  const lines = earlier.length === 0 ? later : later.length === 0 ? earlier : [...earlier, ...later];
  return lines.length > MOST_LINES ? lines.slice(-MOST_LINES) : lines;
}

function newestWithin(sessions: ReadonlyMap<string, Session>, budget: number): SessionsState {
  const entries = [...sessions].map(([mlfid, session]) => [mlfid, { ...session }] as const);
  let left = budget;
  let first = entries.length;
  while (first > 0) {
    left -= JSON.stringify(entries[first - 1]).length;
    if (left < 0) break;
    first--;
  }
  return entries.slice(first);
}
