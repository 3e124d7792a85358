import type { ListedLogGroup } from '../ports/log-subscriptions.ts';

/** Why the matcher is not subscribed to a log group. `class`: its class never allows it. */
export interface Unread {
  readonly kind: 'full' | 'refused' | 'class';
  readonly reason: string;
}

export interface WantedLogGroup extends ListedLogGroup {
  /** The pattern of the filter it should have. */
  readonly pattern: string;
}

export interface SeenLogGroups {
  /**
   * Chooses from all existing log groups those to check, the most urgent first. Log groups that no
   * longer exist are forgotten.
   */
  due(groups: readonly WantedLogGroup[], now: number): readonly WantedLogGroup[];
  /** Notes the state of a log group. Returns why it is unread, if that is new. */
  add(group: WantedLogGroup, unread: Unread | undefined, now: number): Unread | undefined;
  /** In the order of their names. */
  unread(): readonly (Unread & { readonly logGroup: string })[];
  subscribed(): number;
}

/** Seconds for which the noted state of a log group is trusted. */
const TRUSTED = 3600;
/** The same where the log group had no room: a filter may have been removed. */
const TRUSTED_UNREAD = 300;
/**
 * Somewhat fewer log groups than a run checks in a minute. A new container starts this many further
 * than the run a minute ago, which may have been new too.
 */
const STRIDE = 100;

interface Seen {
  readonly createdAt: number;
  readonly pattern: string;
  readonly at: number;
  readonly unread: Unread | undefined;
}

/**
 * The states of log groups that a container has seen in its life. Reading the filters of one log
 * group takes one of five calls a second.
 */
export function seenLogGroups(): SeenLogGroups {
  const seen = new Map<string, Seen>();

  function isTrusted({ name, createdAt, pattern }: WantedLogGroup, now: number): boolean {
    const last = seen.get(name);
    if (last === undefined || last.createdAt !== createdAt || last.pattern !== pattern) return false;
    return last.at + (last.unread ? TRUSTED_UNREAD : TRUSTED) > now;
  }

  return {
    due(groups, now) {
      const there = new Map(groups.map(({ name, createdAt }) => [name, createdAt]));
      for (const [name, { createdAt }] of seen) if (there.get(name) !== createdAt) seen.delete(name);
      const due = groups.filter((group) => !isTrusted(group, now)).sort((a, b) => (a.name < b.name ? -1 : 1));
      const unknown = due.filter(({ name }) => !seen.has(name));
      const known = due.filter(({ name }) => seen.has(name));
      const start = unknown.length === 0 ? 0 : (Math.floor(now / 60) * STRIDE) % unknown.length;
      const at = ({ name }: WantedLogGroup): number => seen.get(name)?.at ?? 0;
      return [...unknown.slice(start), ...unknown.slice(0, start), ...known.sort((a, b) => at(a) - at(b))];
    },
    add({ name, createdAt, pattern }, unread, now) {
      const former = seen.get(name)?.unread;
      seen.set(name, { createdAt, pattern, at: now, unread });
      return unread?.reason === former?.reason ? undefined : unread;
    },
    unread: () =>
      [...seen]
        .flatMap(([logGroup, { unread }]) => (unread ? [{ logGroup, ...unread }] : []))
        .sort((a, b) => (a.logGroup < b.logGroup ? -1 : 1)),
    subscribed: () => [...seen.values()].filter(({ unread }) => unread === undefined).length,
  };
}
