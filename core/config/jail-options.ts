import { zoneMinutes } from '../dates/zones.ts';
import { formatCidr } from '../net/address.ts';
import { rangeCidrs } from '../net/address-range.ts';
import { acknowledgementsOf } from './acknowledged.ts';
import { parseDefinition, splitDefinitions } from './definition-arguments.ts';
import { incrementOf } from './increment-options.ts';
import { type ActionReference, type Jail, LARGEST_MAXBANS, LARGEST_MAXRETRY, type Located, PERMANENT } from './jail.ts';
import type { Matching } from './jail-filter.ts';
import type { SectionValues } from './jail-values.ts';
import { located } from './located.ts';
import { parseInteger } from './scalars.ts';
import { placeOf, type SourceText, slice, splitLines, splitWords } from './source-text.ts';
import { typographicQuotes } from './typographic-quotes.ts';

/**
 * Every option of a jail, typed. What no file sets has the default of fail2ban's code
 * (fail2ban/server/failmanager.py: __init__).
 */
export function jailOf(
  values: SectionValues,
  first: Pick<Jail, 'enabled' | 'backend'>,
  matching: Matching | undefined,
): Jail {
  return {
    name: values.section,
    ...first,
    filter: matching?.filter,
    maxretry: values.integer('maxretry', { least: 1, most: LARGEST_MAXRETRY }) ?? 3,
    findtime: values.duration('findtime', { least: 1 }) ?? 600,
    bantime: values.duration('bantime', { least: 1, except: PERMANENT }) ?? 600,
    maxmatches: values.integer('maxmatches', { least: 0 }) ?? 5,
    increment: incrementOf(values),
    ignoreself: values.boolean('ignoreself') ?? true,
    ignoreip: words(values.text('ignoreip')).flatMap(asCidrs),
    banreserved: words(values.text('banreserved')).flatMap(asCidrs),
    ipv4prefix: prefixOf(values, 'ipv4prefix', { usual: 32, least: 16, most: 32 }),
    ipv6prefix: prefixOf(values, 'ipv6prefix', { usual: 64, least: 32, most: 128 }),
    maxbans: values.integer('maxbans', { least: 0, most: LARGEST_MAXBANS }) ?? 1000,
    usedns: usednsOf(values, matching ? matching.usedns : values.text('usedns')),
    logpath: logpathsOf(values),
    loggroup: words(values.text('loggroup')),
    logencoding: values.text('logencoding')?.text || 'auto',
    logtimezone: zoneOf(values),
    actions: actionsOf(values),
    port: values.text('port')?.text || undefined,
    protocol: values.text('protocol')?.text || undefined,
    acknowledged: acknowledgementsOf(values),
  };
}

function usednsOf(values: SectionValues, text: SourceText | undefined): Jail['usedns'] {
  const written = (text?.text ?? 'warn').toLowerCase();
  if (written === 'yes' || written === 'warn' || written === 'no' || written === 'raw') return written;
  const message = `usedns = ${written}: none of yes, warn, no and raw; "no" is used`;
  values.report({ code: 'BAD_USEDNS', severity: 'warning', message, help: 'write usedns = no' }, text);
  return 'no';
}

function zoneOf(values: SectionValues): string | undefined {
  const text = values.text('logtimezone');
  if (!text?.text) return undefined;
  if (zoneMinutes(text.text) !== undefined) return text.text;
  const message = `logtimezone = ${text.text}: neither an offset nor an abbreviation fail2ban knows`;
  const help = 'write an offset such as UTC+0200; names of places, which have summer time, are not understood';
  values.report({ code: 'BAD_TIMEZONE', severity: 'error', message, help }, text);
  return undefined;
}

interface PrefixRange {
  readonly usual: number;
  /** Anything wider is never banned (core/protect/never-banned.ts). */
  readonly least: number;
  readonly most: number;
}

/** How wide a ban is made: the length of the prefix around the address. */
function prefixOf(values: SectionValues, option: string, { usual, least, most }: PrefixRange): number {
  const text = values.text(option);
  if (text === undefined || text.text === '') return usual;
  const length = parseInteger(text.text.replace(/^\//, ''));
  if (length !== undefined && length >= least && length <= most) return length;
  const message = `${option} = ${text.text}: a prefix length from ${least} to ${most} is expected`;
  const help = `leave the option out for the usual ${usual}; wider bans than /${least} are never made`;
  values.report({ code: 'BAD_PREFIX', severity: 'error', message, help }, text);
  return usual;
}

/** fail2ban/helpers.py: splitwords */
function words(value: SourceText | undefined): Located<string>[] {
  return value === undefined ? [] : splitWords(value).map(located);
}

/** `192.0.2.1-192.0.2.9` as CIDRs, all of them at the place of the word; any other word itself. */
function asCidrs(word: Located<string>): readonly Located<string>[] {
  const [first = '', last] = word.value.split('-');
  const ranges = last === undefined ? undefined : rangeCidrs(first, last);
  return ranges?.map((range) => ({ ...word, value: formatCidr(range) })) ?? [word];
}

/**
 * One path a line; a word after the last space sets where to start reading (`head`, `tail`) and is
 * removed.
 */
function logpathsOf(values: SectionValues): Located<string>[] {
  const value = values.text('logpath');
  if (value === undefined) return [];
  const quotes = typographicQuotes('logpath', value);
  if (quotes !== undefined) values.report(quotes);
  return splitLines(value).flatMap((line) => {
    const blank = line.text.lastIndexOf(' ');
    const path = blank < 0 ? line : slice(line, 0, blank);
    return path.text === '' ? [] : [located(path)];
  });
}

function actionsOf(values: SectionValues): ActionReference[] {
  const written = values.text('action');
  const quotes = written && typographicQuotes('action', written);
  if (quotes !== undefined) values.report(quotes);
  return (written === undefined || quotes !== undefined ? [] : splitDefinitions(written)).flatMap((entry) => {
    const parsed = parseDefinition(entry);
    if (parsed.kind === 'malformed') {
      const message = `action ${entry.text}: ${parsed.message}`;
      const help = 'write name[option=value, option="value, with commas"]';
      const at = slice(entry, Math.min(parsed.offset, Math.max(0, entry.text.length - 1)));
      values.report({ code: 'BAD_ACTION', severity: 'error', message, help }, at);
      return [];
    }
    const at = placeOf(parsed.name);
    const args = Object.fromEntries([...parsed.args].map(([name, value]) => [name, value.text]));
    return [{ name: parsed.name.text, args, ...(at && { at }) }];
  });
}
