import type { ActiveBan } from '../../core/ports/ban-store.ts';
import type { Ban, BanKey } from '../../core/records/ban.ts';
import { CommandError } from '../command-error.ts';
import { endText } from '../output/clock-text.ts';
import { printable } from '../output/printable.ts';
import { grouped, progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';
import { activeBans } from './active-bans.ts';
import { type ConfiguredJails, notRunning } from './configured-jails.ts';
import type { DeployedStack } from './stack-access.ts';
import { type TypedId, typedId } from './typed-id.ts';
import { bansAround, unbanAll, unbanIds } from './unban-ids.ts';

interface Output {
  readonly terminal: Terminal;
  readonly json: boolean;
}

export interface TypedUnban {
  readonly words: readonly string[];
  /** `undefined`: in every jail. */
  readonly jail: string | undefined;
  readonly jails: ConfiguredJails;
  /** Fail when one was not banned (fail2ban-client's --report-absent). */
  readonly reportAbsent: boolean;
}

/**
 * Unbans what was typed, prints the number of lifted bans, and the ids without a ban or with a
 * remaining one.
 */
export async function unbanTyped(typed: TypedUnban, stack: DeployedStack, output: Output): Promise<void> {
  const { jail, jails, reportAbsent } = typed;
  const everybody = await activeBans(stack, output);
  const active = everybody.filter((ban) => jail === undefined || ban.jail === jail);
  const configured = jail === undefined ? undefined : jails.enabled.get(jail);
  if (jail !== undefined && configured === undefined && active.length === 0) throw notRunning(jail, jails);
  const prefixes = configured === undefined ? [...jails.enabled.values()] : [configured];
  const ids = typed.words.map(typedId);
  const lifted = new Map<string, Ban>();
  const absent: TypedId[] = [];
  await told(lifted, output, async () => {
    await unbanIds({ ids, jail, prefixes, active, now: output.terminal.clock.now() }, stack, (id, bans) => {
      for (const ban of bans) lifted.set(keyText(ban), ban);
      if (bans.length === 0) absent.push(id);
    });
  });
  const left = active.filter((ban) => !lifted.has(keyText(ban)));
  for (const id of ids) for (const ban of bansAround(id, left)) output.terminal.err(`${stillBanned(id, ban)}\n`);
  // Typed twice, an address is unbanned by one of the two.
  const missing = absent.filter(({ id }) => ![...lifted.values()].some((ban) => ban.id === id));
  const message = missing.map(({ typed: word, range }) => notBanned(word, range !== undefined)).join('\n');
  if (message === '') return;
  if (reportAbsent) throw new CommandError(message, 1);
  output.terminal.err(`${message}\n`);
}

/** Lifts every ban there is, and prints how many that were. */
export async function unbanEverybody(stack: DeployedStack, output: Output): Promise<void> {
  const active = await activeBans(stack, output);
  const lifted = new Map<string, Ban>();
  const progress = progressLine(output.terminal, output.json);
  await told(lifted, output, async () => {
    try {
      await unbanAll(active, stack, output.terminal.clock.now(), (ban) => {
        lifted.set(keyText(ban), ban);
        progress.show(`Unbanned ${grouped(lifted.size)} of ${grouped(active.length)}`);
      });
    } finally {
      progress.clear();
    }
  });
}

/** Prints what was lifted; when the work breaks off, how far it came. */
async function told(
  lifted: ReadonlyMap<string, Ban>,
  { terminal, json }: Output,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (lifted.size > 0) terminal.err(`${lifted.size} bans were lifted before this:\n`);
    throw error;
  }
  if (!json) terminal.out(`${lifted.size}\n`);
  else
    for (const { id, jail } of lifted.values()) terminal.out(`${JSON.stringify({ id, jail, outcome: 'unbanned' })}\n`);
}

function stillBanned({ typed }: TypedId, { id, jail, expiresAt }: ActiveBan): string {
  return (
    `${typed} is still banned with ${id} in ${printable(jail)}, ${endText(expiresAt)}: cloudjail set ` +
    `${printable(jail)} unbanip ${id}`
  );
}

function notBanned(word: string, isAddress: boolean): string {
  return isAddress ? `${word} is not banned` : `${printable(word)} is no address, and nothing of that name is banned`;
}

function keyText({ id, jail }: BanKey): string {
  return `${jail} ${id}`;
}
