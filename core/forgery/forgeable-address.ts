import type { Finding } from '../diagnostics/finding.ts';
import type { Watch } from '../ports/watch.ts';
import type { ForgedPlace } from './forged-lines.ts';
import { findForgery } from './forgery.ts';
import type { InspectedJail, InspectedRegex } from './inspected-jail.ts';

/** Milliseconds for one failregex: most take a few dozen. */
const LONGEST_SEARCH_MS = 5_000;

/**
 * In a wildcard before the address a stranger's text may be taken to stand; elsewhere that depends
 * on the program that logs.
 */
const PLACES: Readonly<Record<Exclude<ForgedPlace, 'before'>, string>> = {
  behind: 'in the wildcard behind the address',
  'open-start': 'before what the regex matches, which is not tied to the start',
  'open-end': 'behind what the regex matches, which is not tied to the end',
};

/**
 * Whether somebody's text in a line can have another address banned; with a line that the jail's
 * matcher was seen to get wrong.
 */
export function forgeableAddress(jail: InspectedJail, regex: InspectedRegex, watch: Watch): Finding | undefined {
  const name = `failregex '${regex.text.value}'`;
  const search = watch(() => findForgery(jail, regex), LONGEST_SEARCH_MS);
  if (search.kind === 'expired') {
    return {
      code: 'FORGERY_UNKNOWN',
      severity: 'info',
      message: `${name} took too long on sample lines to look for an address that can be forged`,
    };
  }
  const forgery = search.value;
  if (!forgery) return undefined;
  const { line, chosen, place, truth, victim } = forgery;
  const evidence = `of the line '${line}', which is about ${truth}, it bans ${victim}, for the text '${chosen}' in it`;
  if (place === 'before') {
    return {
      code: 'FORGEABLE_ADDRESS',
      severity: 'warning',
      message: `${name} bans whom a stranger chooses: text that stands before the address can hold another`,
      help: `${evidence}. Write what may stand there instead of a wildcard ([^:]*, \\S+), and end the regex with $`,
    };
  }
  return {
    code: 'FORGEABLE_IF_CHOSEN',
    severity: 'info',
    message: `${name} bans whom a stranger chooses if a stranger's text ever stands ${PLACES[place]}`,
    help: `${evidence}. ${place === 'open-start' ? 'Begin the regex with ^' : 'Write what may stand there, and end the regex with $'}`,
  };
}
