import { FIREWALL_TARGETS, reachesTarget } from '../../core/config/actions.ts';
import type { Jail } from '../../core/config/jail.ts';
import { parseCidr } from '../../core/net/address.ts';
import type { ActiveBan } from '../../core/ports/ban-store.ts';
import type { Confirmation } from '../../core/ports/confirmation-store.ts';
import type { Leak } from '../../core/records/leak.ts';
import { grouped, progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';
import type { DeployedStack } from './stack-access.ts';

/** A ban, and what is known of its effect. */
export interface EnforcedBan {
  readonly ban: ActiveBan;
  /** Where it has been seen to stand. */
  readonly enforced: readonly Enforced[];
  /** True when it is to stand in some target and stands in none yet. */
  readonly pending: boolean;
  /**
   * When its id was last seen to try though a target had been keeping it out for long; `undefined`:
   * not seen.
   */
  readonly leak: Leak | undefined;
}

export interface Enforced {
  readonly target: string;
  /** Epoch seconds since when, at the latest. */
  readonly since: number;
}

/** Bans read of at once, so that the line on the screen moves. */
const AT_ONCE = 1000;

/**
 * Where the bans of a jail stand, as the banners have recorded it, and whether they have effect.
 *
 * @param jail `undefined`: the configuration does not know the jail, and its bans stand wherever
 *   they stood
 */
export async function enforcedBans(
  bans: readonly ActiveBan[],
  jail: Jail | undefined,
  stack: DeployedStack,
  output: { readonly terminal: Terminal; readonly json: boolean },
): Promise<readonly EnforcedBan[]> {
  const targets = FIREWALL_TARGETS.filter((target) => jail === undefined || reachesTarget(jail.actions, target));
  const progress = progressLine(output.terminal, output.json);
  const all: EnforcedBan[] = [];
  try {
    for (let first = 0; first < bans.length; first += AT_ONCE) {
      all.push(...(await withEffect(bans.slice(first, first + AT_ONCE), targets, stack)));
      progress.show(`Reading where ${grouped(bans.length)} bans stand: ${grouped(all.length)}`);
    }
  } finally {
    progress.clear();
  }
  return all;
}

async function withEffect(
  bans: readonly ActiveBan[],
  targets: readonly string[],
  { confirmations, leaks }: DeployedStack,
): Promise<readonly EnforcedBan[]> {
  const isEnforced = ({ id }: ActiveBan): boolean => targets.length > 0 && parseCidr(id) !== undefined;
  const enforceable = bans.filter(isEnforced);
  const confirmed = await confirmations.get(enforceable.flatMap(({ id }) => targets.map((target) => ({ target, id }))));
  const leaked = new Map((await leaks.of(enforceable)).map((leak) => [leak.id, leak]));
  const standing = new Map<string, Confirmation[]>();
  for (const one of confirmed) standing.set(one.id, [...(standing.get(one.id) ?? []), one]);
  return bans.map((ban) => {
    const isThis = (one: { readonly bannedAt: number }): boolean => one.bannedAt === ban.bannedAt;
    // In the order of the targets: DynamoDB answers in any.
    const enforced = targets.flatMap((target) => {
      const held = standing.get(ban.id)?.find((one) => one.target === target);
      const one = held?.bans.find((other) => other.jail === ban.jail && isThis(other));
      return one ? [{ target, since: one.since }] : [];
    });
    const leak = leaked.get(ban.id);
    const pending = isEnforced(ban) && enforced.length === 0;
    return { ban, enforced, pending, leak: leak && isThis(leak) ? leak : undefined };
  });
}
