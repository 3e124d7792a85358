import { type Collector, SILENT } from '../diagnostics/collector.ts';
import type { ConfigTree } from './config-tree.ts';
import { parseDefinition, splitDefinitions } from './definition-arguments.ts';
import { FILTER_OPTIONS, type FilterValues } from './filter-definition.ts';
import { compileFormula, evaluateFactor } from './formula.ts';
import type { Option } from './ini.ts';
import { isMalformed, type Variables } from './interpolate.ts';
import type { ActionReference, BantimeIncrement, Filter, Jail, Located } from './jail.ts';
import { type SectionValues, sectionValues } from './jail-values.ts';
import { located } from './located.ts';
import { assembleFilter, type FilterContext, type OpenFilter, openFilter, readingOf } from './read-filter.ts';
import { parseBoolean, parseInteger } from './scalars.ts';
import { placeOf, type SourceText, slice, sourceText, splitLines, splitWords } from './source-text.ts';

export interface JailContext extends FilterContext {
  readonly tree: ConfigTree;
}

/** A jail read, with the values it was read from for whoever looks closer. */
export interface JailReading {
  readonly jail: Jail;
  /** With `known/…` of the jail's filter in its section, for jails read later: they may refer to it. */
  readonly tree: ConfigTree;
  readonly values: SectionValues;
  readonly open: OpenFilter | undefined;
}

/**
 * One jail, the way fail2ban reads it: first `enabled`, `backend` and `filter`, whose mistakes count even in a disabled jail; then,
 * when it is enabled, the filter, whose options become `known/…` of the jail, and everything else
 * (fail2ban/client/jailreader.py: getOptions). A disabled jail's other values are read for display, silently.
 */
export function readJail(context: JailContext, name: string, forced: boolean | undefined): JailReading {
  const first = sectionValues(context.tree, name, context.collector);
  const enabled = forced ?? first.boolean('enabled') ?? false;
  const filterText = first.text('filter');
  const backend = first.text('backend')?.text ?? 'auto';
  if (!enabled) {
    const values = sectionValues(context.tree, name, SILENT);
    return { jail: jailOf(values, false, backend, undefined), tree: context.tree, values, open: undefined };
  }
  const journal = backend.startsWith('systemd') && readsJournal(context.tree, name);
  const open = filterText?.text ? openFilter(context, filterText, journal ? 'journal' : 'file') : undefined;
  const early = new Map([
    ['enabled', sourceText('True')],
    ['backend', sourceText(backend)],
    ['filter', filterText ?? sourceText('')],
  ]);
  const known = open && readingOf(open.definition.readAll(early), context.collector);
  const tree = known === undefined ? context.tree : withKnown(context.tree, name, known);
  const unread = known === undefined && Boolean(filterText?.text);
  const values = sectionValues(tree, name, unread ? withoutKnown(context.collector) : context.collector);
  const matching =
    open === undefined && !filterText?.text
      ? ownMatching(values, context.collector)
      : open && known && matchingOf(open, values, context.collector);
  return { jail: jailOf(values, true, backend, matching), tree, values, open };
}

/** What a jail matches lines by. */
interface Matching {
  readonly filter: Filter | undefined;
  readonly usedns: SourceText | undefined;
}

/** What a filter that could not be read leaves unknown is no mistake of its own. */
function withoutKnown(collector: Collector): Collector {
  return { ...collector, add: (diagnostic) => diagnostic.code !== 'UNKNOWN_KNOWN' && collector.add(diagnostic) };
}

/** Journal lines come without date and host; a jail that has a file to read gets file lines, whatever its backend. */
function readsJournal(tree: ConfigTree, name: string): boolean {
  const values = sectionValues(tree, name, SILENT);
  return Boolean(values.text('loggroup')?.text) || !values.text('logpath')?.text;
}

/**
 * fail2ban interpolates the filter's finished values once more under `known/…`, which is fatal for any that holds a percent sign.
 * Here such a value is taken as it stands.
 */
function withKnown(tree: ConfigTree, name: string, known: FilterValues): ConfigTree {
  const section = new Map<string, Option>(tree.sections.get(name));
  for (const [option, value] of known) {
    if (option.startsWith('known/')) continue;
    const place = placeOf(value) ?? { file: '', line: 1, column: 1, length: 1 };
    section.set(`known/${option}`, { name: place, value: isMalformed(value.text) ? escaped(value) : value });
  }
  return { ...tree, sections: new Map(tree.sections).set(name, section) };
}

function escaped(value: SourceText): SourceText {
  let shift = 0;
  const doubled: number[] = [];
  for (let at = value.text.indexOf('%'); at >= 0; at = value.text.indexOf('%', at + 1)) doubled.push(at);
  const origins = value.origins.map((origin) => {
    while ((doubled[shift] ?? Number.POSITIVE_INFINITY) < origin.offset) shift++;
    return { offset: origin.offset + shift, at: origin.at };
  });
  return { text: value.text.replaceAll('%', '%%'), origins };
}

/** The jail options the filter sees as variables (fail2ban/client/jailreader.py: _configOpts), typed as Python prints them. */
const SEEN_BY_FILTER = {
  integer: ['maxretry', 'maxmatches', 'maxlines'],
  boolean: ['enabled', 'bantime.increment', 'bantime.overalljails', 'ignoreself'],
  text: [
    ...[
      'backend',
      'findtime',
      'bantime',
      'bantime.factor',
      'bantime.formula',
      'bantime.multipliers',
      'bantime.maxtime',
    ],
    ...[
      'bantime.rndtime',
      'ignorecommand',
      'ignoreip',
      'ignorecache',
      'filter',
      'logtimezone',
      'logencoding',
      'logpath',
    ],
    ...['action', ...FILTER_OPTIONS.filter((option) => option !== 'maxlines')],
  ],
};

function matchingOf(open: OpenFilter, values: SectionValues, collector: Collector): Matching | undefined {
  const seen = seenByFilter(values);
  const used = readingOf(open.definition.readUsed(seen), collector);
  if (used === undefined) return undefined;
  const filter = assembleFilter(open, used, filterOptions(seen), collector);
  // Like the other options of one value, what [Init] or an argument sets wins over the jail.
  return { filter, usedns: used.get('usedns') ?? seen.get('usedns') };
}

/** A jail that names no filter may bring regexes of its own. */
function ownMatching(values: SectionValues, collector: Collector): Matching {
  const own = filterOptions(seenByFilter(values));
  const matches = [...own.keys()].some((option) => option !== 'usedns');
  const parts = { name: values.section, logtype: 'file' };
  const filter = matches ? assembleFilter(parts, new Map(), own, collector) : undefined;
  return { filter, usedns: own.get('usedns') };
}

function seenByFilter(values: SectionValues): Variables {
  const seen = new Map<string, SourceText>();
  for (const option of Object.values(SEEN_BY_FILTER).flat()) {
    const value = values.text(option);
    if (value !== undefined) seen.set(option, pythonForm(option, value));
  }
  return seen;
}

function filterOptions(seen: Variables): Variables {
  return new Map([...seen].filter(([option]) => FILTER_OPTIONS.some((name) => name === option)));
}

function pythonForm(option: string, value: SourceText): SourceText {
  if (SEEN_BY_FILTER.boolean.includes(option)) return sourceText(parseBoolean(value.text) ? 'True' : 'False');
  const number = SEEN_BY_FILTER.integer.includes(option) ? parseInteger(value.text) : undefined;
  return number === undefined ? value : { ...value, text: String(number) };
}

function jailOf(values: SectionValues, enabled: boolean, backend: string, matching: Matching | undefined): Jail {
  return {
    name: values.section,
    enabled,
    filter: matching?.filter,
    // The defaults are those of the code, used where no file sets the option (fail2ban/server/failmanager.py: __init__).
    maxretry: values.integer('maxretry') ?? 3,
    findtime: values.duration('findtime') ?? 600,
    bantime: values.duration('bantime') ?? 600,
    maxmatches: values.integer('maxmatches') ?? 5,
    increment: incrementOf(values),
    ignoreself: values.boolean('ignoreself') ?? true,
    ignoreip: words(values.text('ignoreip')),
    banreserved: words(values.text('banreserved')),
    ipv4prefix: prefixOf(values, 'ipv4prefix', { usual: 32, least: 16, most: 32 }),
    ipv6prefix: prefixOf(values, 'ipv6prefix', { usual: 64, least: 32, most: 128 }),
    usedns: usednsOf(values, matching ? matching.usedns : values.text('usedns')),
    backend,
    logpath: logpaths(values.text('logpath')),
    loggroup: words(values.text('loggroup')),
    logencoding: values.text('logencoding')?.text ?? 'auto',
    logtimezone: values.text('logtimezone')?.text || undefined,
    actions: actionsOf(values),
    port: values.text('port')?.text || undefined,
    protocol: values.text('protocol')?.text || undefined,
  };
}

function incrementOf(values: SectionValues): BantimeIncrement {
  const formula = values.text('bantime.formula');
  if (formula?.text) {
    const compiled = compileFormula(formula);
    if (compiled.kind === 'refused') values.report(compiled.diagnostic, formula);
  }
  const factorText = values.text('bantime.factor');
  const factor = factorText?.text ? evaluateFactor(factorText) : 1;
  if (typeof factor !== 'number') values.report(factor, factorText);
  return {
    enabled: values.boolean('bantime.increment') ?? false,
    formula: formula?.text || undefined,
    factor: typeof factor === 'number' ? factor : 1,
    multipliers: multipliersOf(values),
    maxtime: values.duration('bantime.maxtime'),
    rndtime: values.duration('bantime.rndtime'),
    overalljails: values.boolean('bantime.overalljails') ?? false,
  };
}

function multipliersOf(values: SectionValues): readonly number[] {
  const text = values.text('bantime.multipliers');
  return (text === undefined ? [] : splitWords(text, /\s/)).flatMap((word) => {
    const number = parseInteger(word.text);
    if (number !== undefined) return [number];
    values.report(
      {
        code: 'BAD_MULTIPLIER',
        severity: 'error',
        message: `bantime.multipliers: "${word.text}" is not a whole number`,
        help: 'write whole numbers separated by blanks, for example 1 2 4 8',
      },
      word,
    );
    return [];
  });
}

function usednsOf(values: SectionValues, text: SourceText | undefined): Jail['usedns'] {
  const written = (text?.text ?? 'warn').toLowerCase();
  if (written === 'yes' || written === 'warn' || written === 'no' || written === 'raw') return written;
  values.report(
    {
      code: 'BAD_USEDNS',
      severity: 'warning',
      message: `usedns = ${written}: none of yes, warn, no and raw; "no" is used`,
      help: 'write usedns = no',
    },
    text,
  );
  return 'no';
}

interface PrefixRange {
  readonly usual: number;
  /** Anything wider is never banned (core/bans/never-banned.ts). */
  readonly least: number;
  readonly most: number;
}

/** How wide a ban is made: the length of the prefix around the address. */
function prefixOf(values: SectionValues, option: string, { usual, least, most }: PrefixRange): number {
  const text = values.text(option);
  if (text === undefined || text.text === '') return usual;
  const length = parseInteger(text.text.replace(/^\//, ''));
  if (length !== undefined && length >= least && length <= most) return length;
  values.report(
    {
      code: 'BAD_PREFIX',
      severity: 'error',
      message: `${option} = ${text.text}: a prefix length from ${least} to ${most} is expected`,
      help: `leave the option out for the usual ${usual}; wider bans than /${least} are never made`,
    },
    text,
  );
  return usual;
}

/** fail2ban/helpers.py: splitwords */
function words(value: SourceText | undefined): Located<string>[] {
  return value === undefined ? [] : splitWords(value).map(located);
}

/** One path a line; a word behind the last blank says where to start reading (`head`, `tail`) and is left off. */
function logpaths(value: SourceText | undefined): Located<string>[] {
  if (value === undefined) return [];
  return splitLines(value).flatMap((line) => {
    const blank = line.text.lastIndexOf(' ');
    const path = blank < 0 ? line : slice(line, 0, blank);
    return path.text === '' ? [] : [located(path)];
  });
}

function actionsOf(values: SectionValues): ActionReference[] {
  const written = values.text('action');
  return (written === undefined ? [] : splitDefinitions(written)).flatMap((entry) => {
    const parsed = parseDefinition(entry);
    if (parsed.kind === 'malformed') {
      values.report(
        {
          code: 'BAD_ACTION',
          severity: 'error',
          message: `action ${entry.text}: ${parsed.message}`,
          help: 'write name[option=value, option="value, with commas"]',
        },
        slice(entry, Math.min(parsed.offset, Math.max(0, entry.text.length - 1))),
      );
      return [];
    }
    const at = placeOf(parsed.name);
    const args = Object.fromEntries([...parsed.args].map(([name, value]) => [name, value.text]));
    return [{ name: parsed.name.text, args, ...(at && { at }) }];
  });
}
