import type { Collector } from '../diagnostics/collector.ts';
import { FILTER_OPTIONS } from './filter-definition.ts';
import type { Variables } from './interpolate.ts';
import type { Filter } from './jail.ts';
import type { SectionValues } from './jail-values.ts';
import { assembleFilter, type OpenFilter, readingOf } from './read-filter.ts';
import { parseBoolean, parseInteger } from './scalars.ts';
import { type SourceText, sourceText } from './source-text.ts';

/** What a jail matches lines by: its filter, with what it sets itself laid over. */
export interface Matching {
  readonly filter: Filter | undefined;
  readonly usedns: SourceText | undefined;
}

/**
 * @returns `undefined` when the filter could not be read with the jail's values; the collector has
 *   why
 */
export function matchingOf(open: OpenFilter, values: SectionValues, collector: Collector): Matching | undefined {
  const seen = seenByFilter(values);
  const used = readingOf(open.definition.readUsed(seen), collector);
  if (used === undefined) return undefined;
  const filter = assembleFilter(open, used, filterOptions(seen), collector);
  // Like the other options of one value, what [Init] or an argument sets wins over the jail.
  return { filter, usedns: used.get('usedns') ?? seen.get('usedns') };
}

/**
 * A jail that names no filter may bring regexes of its own; without any, it is for bans by hand.
 */
export function ownMatching(values: SectionValues, collector: Collector): Matching {
  const own = filterOptions(seenByFilter(values));
  const parts = { name: values.section, logtype: 'file' };
  return { filter: assembleFilter(parts, new Map(), own, collector), usedns: own.get('usedns') };
}

const INTEGERS = ['maxretry', 'maxmatches', 'maxlines'];
const BOOLEANS = ['enabled', 'bantime.increment', 'bantime.overalljails', 'ignoreself'];
const INCREMENT = ['factor', 'formula', 'multipliers', 'maxtime', 'rndtime'].map((option) => `bantime.${option}`);
const IGNORE = ['ignorecommand', 'ignoreip', 'ignorecache'];
const LOG = ['logtimezone', 'logencoding', 'logpath'];

/** What the filter sees of the jail as variables (fail2ban/client/jailreader.py: _configOpts). */
const SEEN = [
  ...['backend', 'findtime', 'bantime', 'filter', 'action'],
  ...[...INTEGERS, ...BOOLEANS, ...INCREMENT, ...IGNORE, ...LOG, ...FILTER_OPTIONS],
];

/** What fail2ban puts in for those that no file sets; the others are then not there at all. */
const DEFAULTS: Variables = new Map([
  ['enabled', sourceText('False')],
  ['backend', sourceText('auto')],
  ['filter', sourceText('')],
  ['action', sourceText('')],
]);

function seenByFilter(values: SectionValues): Variables {
  const seen = new Map<string, SourceText>(DEFAULTS);
  for (const option of SEEN) {
    const value = values.text(option);
    if (value !== undefined) seen.set(option, pythonForm(option, value));
  }
  return seen;
}

/** Typed options are printed as Python prints them: `%(enabled)s` in a filter gives `True`. */
function pythonForm(option: string, value: SourceText): SourceText {
  if (BOOLEANS.includes(option)) return sourceText(parseBoolean(value.text) ? 'True' : 'False');
  const number = INTEGERS.includes(option) ? parseInteger(value.text) : undefined;
  return number === undefined ? value : { ...value, text: String(number) };
}

function filterOptions(seen: Variables): Variables {
  return new Map([...seen].filter(([option]) => FILTER_OPTIONS.some((name) => name === option)));
}
