import { reads } from '../../core/compile/log-group-readers.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { chosenJails, type JailChoice } from '../chosen-jails.ts';
import { type CommandError, usageError } from '../command-error.ts';
import type { Terminal } from '../terminal.ts';

/** Stands for what a jail reads, where that does not matter. */
const GIVEN = '/replay';

/**
 * Jails for log files, which each of them reads whatever it reads when deployed.
 *
 * @throws {CommandError}
 */
export function jailsForFiles(choice: JailChoice, terminal: Terminal): readonly CompiledJail[] {
  const jails = chosenJails(choice, { loggroup: GIVEN }, terminal).jails;
  for (const { name, match } of jails) {
    if (match.dates === undefined)
      terminal.err(`[${name}] reads lines of a journal, without dates: of a file it finds nothing\n`);
  }
  return jails;
}

export interface JailsOfGroups {
  readonly jails: readonly CompiledJail[];
  /** Log groups that the configuration names. */
  readonly configured: readonly string[];
}

/**
 * Jails for log groups: those that read one when deployed, each its own; those that are named read
 * all of them, whatever they read when deployed.
 *
 * @throws {CommandError}
 */
export function jailsForGroups(choice: JailChoice, groups: readonly string[], terminal: Terminal): JailsOfGroups {
  if (choice.jail.length > 0) {
    const named = chosenJails(choice, { loggroup: GIVEN }, terminal).jails;
    return { jails: named.map((jail) => ({ ...jail, loggroups: groups, logGroupPrefixes: [] })), configured: [] };
  }
  const enabled = chosenJails(choice, {}, terminal).jails;
  const configured = [...new Set(enabled.flatMap(({ loggroups }) => loggroups))];
  const unread = groups.find((group) => !enabled.some((jail) => reads(jail, group)));
  if (unread !== undefined) throw noReader(unread, configured);
  // The bans of the others are what a recidive jail reads.
  const jails = enabled.filter((jail) => jail.recidive || groups.some((group) => reads(jail, group)));
  return { jails, configured };
}

function noReader(group: string, configured: readonly string[]): CommandError {
  const near = didYouMean(group, configured) ?? configured.find((name) => name.endsWith(group));
  const guess = near === undefined ? '' : ` Did you mean "${near}"?`;
  return usageError(`No enabled jail reads the log group "${group}".${guess} Name one with --jail to try it there.`);
}
