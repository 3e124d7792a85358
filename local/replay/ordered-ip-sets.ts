import type { RunEvent } from './run-event.ts';

type IpSetEvent = Extract<RunEvent, { event: 'ipset' }>;

/**
 * Shows the IP sets once after the last ban and once at the end. Which ban is the last is known only when the next one fails to come, so what
 * follows a snapshot is held back until then.
 */
export function orderedIpSets(show: (event: RunEvent) => void) {
  let snapshot: readonly IpSetEvent[] | undefined;
  let held: RunEvent[] = [];
  const release = (): void => {
    for (const event of held) show(event);
    held = [];
    snapshot = undefined;
  };
  return {
    show(event: RunEvent): void {
      if (event.event === 'ban') release();
      if (snapshot) held.push(event);
      else show(event);
    },
    /** The sets as they are after the bans shown so far. */
    snapshot(sets: readonly IpSetEvent[]): void {
      release();
      snapshot = sets;
    },
    /** The sets at the end; shows the last snapshot in its place first. */
    snapshotLast(sets: readonly IpSetEvent[]): void {
      for (const event of snapshot ?? []) show(event);
      release();
      for (const event of sets) show(event);
    },
  };
}
