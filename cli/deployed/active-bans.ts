import type { ActiveBan } from '../../core/ports/ban-store.ts';
import { grouped, progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';
import type { DeployedStack } from './stack-access.ts';

/**
 * The bans in force, in the order of their ends, those without one last. Read from an index, which
 * may lag behind the table by a moment.
 *
 * @param jail only those of this jail
 */
export async function activeBans(
  stack: DeployedStack,
  output: { readonly terminal: Terminal; readonly json: boolean },
  jail?: string,
): Promise<readonly ActiveBan[]> {
  const progress = progressLine(output.terminal, output.json);
  const bans: ActiveBan[] = [];
  let read = 0;
  try {
    for await (const page of stack.bans.active()) {
      read += page.length;
      progress.show(`Reading the bans of ${stack.name}: ${grouped(read)}`);
      for (const ban of page) if (jail === undefined || ban.jail === jail) bans.push(ban);
    }
  } finally {
    progress.clear();
  }
  return bans.sort(byEnd);
}

function byEnd(a: ActiveBan, b: ActiveBan): number {
  const [first, second] = [a.expiresAt ?? Number.POSITIVE_INFINITY, b.expiresAt ?? Number.POSITIVE_INFINITY];
  if (first !== second) return first - second;
  return a.id < b.id ? -1 : 1;
}
