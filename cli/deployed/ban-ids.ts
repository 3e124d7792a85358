import { eachAtOnce } from '../../core/at-once.ts';
import { banByHand, type HandBan } from '../../core/bans/by-hand.ts';
import { meaningOf } from '../../core/config/actions.ts';
import type { Jail } from '../../core/config/jail.ts';
import { exemptions } from '../../core/protect/never-banned.ts';
import { endText } from '../output/clock-text.ts';
import { printable } from '../output/printable.ts';
import type { DeployedStack } from './stack-access.ts';
import { TABLE_CALLS } from './table-calls.ts';
import { idIn, type TypedId } from './typed-id.ts';

export interface BanOrder {
  readonly jail: Jail;
  readonly ids: readonly TypedId[];
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  /** Epoch seconds. */
  readonly now: number;
}

export interface BanOutcome {
  /** As first typed. */
  readonly typed: TypedId;
  readonly id: string;
  readonly made: HandBan;
}

/**
 * Bans each id once, by hand.
 *
 * @param onOutcome called with each finished outcome, also when the work is aborted
 */
export async function banIds(
  { jail, ids, bantime, now }: BanOrder,
  stack: DeployedStack,
  onOutcome: (outcome: BanOutcome) => void,
): Promise<void> {
  const each = new Map(ids.toReversed().map((typed) => [idIn(jail, typed), typed]));
  const ports = { bans: stack.bans, telemetry: { emit() {} } };
  const ban = async ([id, typed]: [string, TypedId]): Promise<void> => {
    onOutcome({ typed, id, made: await banByHand(id, jail.name, bantime, ports, now) });
  };
  await eachAtOnce([...each].reverse(), ban, TABLE_CALLS);
}

/** The surprises for the operator; reported before anything is banned. */
export function warnings({ jail, ids }: BanOrder): readonly string[] {
  const exempt = exemptions({
    ignoreip: jail.ignoreip.map(({ value }) => value),
    banreserved: jail.banreserved.map(({ value }) => value),
  });
  const dryRun = jail.actions.some((action) => meaningOf(action) === 'dry-run');
  return [
    ...(dryRun ? [`${jail.name} is a dry run (action = dry-run): its bans reach no firewall`] : []),
    ...ids.flatMap((typed) => {
      const id = idIn(jail, typed);
      const reason = exempt(id);
      return [
        ...(id === typed.id ? [] : [widened(typed, id, jail)]),
        ...(reason === undefined
          ? []
          : [`${id} is protected from logs (${reason}), not from a ban by hand: it is banned`]),
      ];
    }),
  ];
}

function widened({ typed, id, range }: TypedId, banned: string, { name }: Jail): string {
  return `${typed} counts as ${banned} in ${name}, so that is banned; write ${id}/${range?.prefix} for it alone`;
}

/** The remark on an outcome; `undefined` when the ban was simply made. */
export function remark({ id, made }: BanOutcome): string | undefined {
  switch (made.kind) {
    case 'banned':
      return undefined;
    case 'prolonged':
      return `${printable(id)} was banned already; it is banned ${endText(made.ban.expiresAt)} now`;
    case 'unchanged':
      return `${printable(id)} is banned already, ${endText(made.ban.expiresAt)}`;
    case 'refused':
      return `${printable(id)} was not banned: ${made.reason}`;
  }
}
