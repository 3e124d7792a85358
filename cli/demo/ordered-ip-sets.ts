import type { IpSetContents } from '../../local/ip-set-contents.ts';
import type { RunEvent } from '../output/run-event.ts';

/**
 * Shows the IP sets once after the last ban and once at the end. Which ban is the last is known
 * only when the next one fails to come, so what follows a snapshot is held back until then.
 */
export function orderedIpSets(show: (event: RunEvent) => void) {
  let snapshot: readonly IpSetContents[] | undefined;
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
    snapshot(sets: readonly IpSetContents[]): void {
      release();
      snapshot = sets;
    },
    /** The sets at the end; shows the last snapshot in its place first. */
    snapshotLast(sets: readonly IpSetContents[]): void {
      for (const set of snapshot ?? []) show({ event: 'ipset', ...set });
      release();
      for (const set of sets) show({ event: 'ipset', ...set });
    },
  };
}
