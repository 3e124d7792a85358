import type { ActiveBan } from '../../core/ports/ban-store.ts';
import type { DeployedStack } from './stack-access.ts';
import type { TypedId } from './typed-id.ts';
import { bansAround, namesOf, type UnbanOrder } from './unban-ids.ts';

/**
 * The bans that an id is under now: its own, that of the range it counts as, those of wider ranges.
 * The first two are read from the table itself, strongly consistent.
 *
 * @param active the bans in force, for the wider ranges
 */
export async function bansOver(
  typed: TypedId,
  prefixes: UnbanOrder['prefixes'],
  active: readonly ActiveBan[],
  stack: DeployedStack,
): Promise<readonly ActiveBan[]> {
  const names = namesOf(typed, prefixes);
  const records = await Promise.all([...names].map((id) => stack.bans.ofId(id)));
  const own = records.flat().filter(({ state }) => state === 'active');
  return [...own, ...bansAround(typed, active).filter(({ id }) => !names.has(id))];
}
