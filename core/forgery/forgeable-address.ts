import { acknowledgeable } from '../config/acknowledged.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { Watch } from '../ports/watch.ts';
import { type Forgery, type ForgeryKind, findForgery } from './forgery.ts';
import type { InspectedJail, InspectedRegex } from './inspected-jail.ts';
import { isStockFailregex } from './stock-failregexes.ts';

/** Milliseconds for one failregex: most take a few dozen. */
const LONGEST_SEARCH_MS = 5_000;

/**
 * Whether a text in a line can have another address banned than the line is about; with a line that
 * the jail's matcher was seen to get wrong. An error where that is proven of the regex alone and
 * the jail does not acknowledge it; a warning for a filter of fail2ban's own, so that it deploys
 * unchanged, and where the regex leaves text on both sides of the address; an info where a program
 * would have to write a name as it was given.
 */
export function forgeableAddress(
  jail: InspectedJail,
  regex: InspectedRegex,
  watch: Watch,
  ms = LONGEST_SEARCH_MS,
): Finding | undefined {
  const search = watch(() => findForgery(jail, regex), ms);
  if (search.kind === 'expired') return unsearched(regex);
  const forgery = search.value;
  if (!forgery) return undefined;
  const stock = isStockFailregex(regex.text.value);
  const help = `${evidence(forgery)}. ${REMEDIES[forgery.kind](regex.text.value)}`;
  const message = `failregex '${regex.text.value}' ${FAULTS[forgery.kind]}`;
  switch (forgery.kind) {
    case 'eaten':
    case 'chosen': {
      const code = 'FORGEABLE_ADDRESS';
      if (stock)
        return { code, severity: 'warning', message: `${message} (${STOCK})`, help: `${help}. ${instead(jail)}` };
      return acknowledgeable({ code, severity: 'error', message, help }, jail.acknowledged);
    }
    case 'two-sided':
      return { code: 'FORGEABLE_IF_CHOSEN', severity: stock ? 'info' : 'warning', message, help };
    default:
      return { code: 'FORGEABLE_IF_CHOSEN', severity: 'info', message, help };
  }
}

/** That time was over before the search was. */
export function unsearched({ text }: InspectedRegex): Finding {
  return {
    code: 'FORGERY_UNKNOWN',
    severity: 'info',
    message: `failregex '${text.value}' took too long on sample lines to look for an address that can be forged`,
  };
}

const STOCK = 'it is of a filter that fail2ban ships';

const FAULTS: Readonly<Record<ForgeryKind, string>> = {
  eaten: 'bans an innocent: what stands beside the address takes part of it',
  chosen: 'bans whom a stranger chooses: text that stands before the address can hold another',
  'two-sided': "bans whom a stranger chooses if the text behind the address is a stranger's, like that before it",
  raw: 'bans whom a stranger chooses if the program writes a name before the address with its blanks and quotes',
  open: "bans whom a stranger chooses if a stranger's text ever stands where the regex is not tied to the line",
  beside: 'bans another address if text that goes on like an address ever touches it',
};

const REMEDIES: Readonly<Record<ForgeryKind, (failregex: string) => string>> = {
  eaten: (failregex) => {
    const { wildcard, tag } = besideTag(failregex);
    return (
      `Write the character that stands between ${wildcard} and ${tag}, such as a blank, so that ` +
      `${wildcard} ends there`
    );
  },
  chosen: () => 'Write what may stand there instead of a wildcard ([^:]*, \\S+), and end the regex with $',
  'two-sided': () => 'Let stand on one side only what the program itself writes, and end the regex with $',
  raw: () => 'Write what follows the address, down to $',
  open: () => 'Begin the regex with ^ and end it with $',
  beside: (failregex) => {
    const { wildcard, tag } = besideTag(failregex);
    return `Write the character that stands between ${wildcard} and ${tag}, such as a blank`;
  },
};

/** An address tag with what touches it: `.*<HOST>`, `<ADDR>\S*`. */
const TAG = '<(?:HOST|ADDR|SUBNET|DNS|IP4|IP6|F-ID/|ID)>';
const WILDCARD = String.raw`(?:\[(?:\\.|[^\]\\])+\]|\\.|\.)(?:[*+]|\{\d*,\d*\})\??`;
const BEFORE = new RegExp(`(${WILDCARD})(?:</F-[A-Z-]+>|\\))*(${TAG})`);
const BEHIND = new RegExp(`(${TAG})(?:<F-[A-Z-]+>|\\((?:\\?:)?)*(${WILDCARD})`);

function besideTag(failregex: string): { readonly wildcard: string; readonly tag: string } {
  const [, before, tagBehind] = BEFORE.exec(failregex) ?? [];
  if (before !== undefined && tagBehind !== undefined) return { wildcard: `'${before}'`, tag: tagBehind };
  const [, tagBefore, behind] = BEHIND.exec(failregex) ?? [];
  if (behind !== undefined && tagBefore !== undefined) return { wildcard: `'${behind}'`, tag: tagBefore };
  return { wildcard: 'what touches the address', tag: 'the address' };
}

function evidence({ line, chosen, kind, truth, victim }: Forgery): string {
  const why = kind === 'eaten' || kind === 'beside' ? `for '${chosen}' beside it` : `for the text '${chosen}' in it`;
  return `of the line '${line}', which is about ${truth}, it bans ${victim}, ${why}`;
}

/** Filters of ours by the names of fail2ban's, where a forgery of fail2ban's was found. */
const OURS: readonly string[] = ['asterisk', 'exim', 'pam-generic', 'pure-ftpd', 'sshd'];

function instead({ filter }: InspectedJail): string {
  if (!OURS.includes(filter)) return 'Take it as it is, or write one of your own';
  return (
    `Leave filter.d/${filter}.conf out of the directory, and the jail gets cloudjail's own filter ` +
    `${filter}, which has no such line`
  );
}
