import { type Collector, createCollector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { ConfigFiles } from './config-files.ts';
import { type ConfigReader, configReader } from './config-reader.ts';
import type { ConfigTree } from './config-tree.ts';
import { parseDefinition } from './definition-arguments.ts';
import { type FilterDefinition, type FilterValues, filterDefinition } from './filter-definition.ts';
import { includedPath } from './includes.ts';
import { lookUp, type Variables } from './interpolate.ts';
import type { Filter, Located } from './jail.ts';
import { located } from './located.ts';
import { parseInteger } from './scalars.ts';
import { placeOf, type SourceText, sourceText, splitLines } from './source-text.ts';
import { typographicQuotes } from './typographic-quotes.ts';

/** A filter found and opened, ready to be read with a jail's values. */
export interface OpenFilter {
  readonly name: string;
  readonly tree: ConfigTree;
  /** `file`, `journal`, `short` or `rfc5424`: what stands before the message on a line. */
  readonly logtype: string;
  readonly definition: FilterDefinition;
}

/** What opening filters needs. */
export interface FilterContext {
  readonly files: ConfigFiles;
  readonly reader: ConfigReader;
  readonly collector: Collector;
}

/**
 * The filter that `sshd` or `sshd[mode=aggressive]` names, without a jail, for tests of regexes.
 * `undefined` when it can't be read; the diagnostics give the reason and name similar filters for a
 * mistyped name.
 */
export function readFilter(
  files: ConfigFiles,
  text: string,
): { readonly filter: Filter | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const collector = createCollector();
  const context = { files, reader: configReader(files, collector), collector };
  const open = openFilter(context, sourceText(text), 'file');
  const values = open && readingOf(open.definition.readUsed(new Map()), collector);
  const filter = open && values && assembleFilter(open, values, new Map(), collector);
  return { filter, diagnostics: collector.all() };
}

/**
 * Opens `name[arguments]`. `logtype` is what the filter's own `logtype` is set to unless it or the
 * arguments set one (fail2ban/client/filterreader.py: applyAutoOptions).
 */
export function openFilter(
  context: FilterContext,
  written: SourceText,
  logtype: 'file' | 'journal',
): OpenFilter | undefined {
  const quotes = typographicQuotes('filter', written);
  if (quotes !== undefined) {
    context.collector.add(quotes);
    return undefined;
  }
  const parsed = parseDefinition(written);
  if (parsed.kind === 'malformed') {
    report(context.collector, written, parsed.offset, {
      code: 'BAD_FILTER',
      severity: 'error',
      message: `filter = ${written.text}: ${parsed.message}`,
      help: 'write name[option=value, option="value, with commas"]',
    });
    return undefined;
  }
  const name = parsed.name.text;
  const path = includedPath('filter.d/', name);
  const tree = path === undefined ? undefined : context.reader.read(path);
  if (tree === undefined) {
    report(context.collector, parsed.name, 0, missingFilter(context.files, name));
    return undefined;
  }
  const args = new Map(parsed.args);
  const given = args.get('logtype')?.text ?? '';
  if (given === '' && !tree.sections.get('Definition')?.has('logtype')) args.set('logtype', sourceText(logtype));
  const chosen = args.get('logtype') ?? definitionValue(tree, 'logtype') ?? sourceText(logtype);
  return { name, tree, logtype: chosen.text, definition: filterDefinition(tree, args) };
}

function definitionValue(tree: ConfigTree, option: string): SourceText | undefined {
  const found = lookUp(tree, 'Definition', option);
  return found.kind === 'value' ? found.value : undefined;
}

export function filterNames(files: ConfigFiles): readonly string[] {
  const names = files.list('filter.d').flatMap((file) => /^(.+)\.(?:conf|local)$/.exec(file)?.[1] ?? []);
  return [...new Set(names)];
}

function missingFilter(files: ConfigFiles, name: string): Omit<Diagnostic, 'at'> {
  const near = didYouMean(name, filterNames(files));
  return {
    code: 'MISSING_FILTER',
    severity: 'error',
    message: `there is no filter "${name}": filter.d/${name}.conf does not exist`,
    help: near === undefined ? 'put the filter into filter.d, or name one that is there' : `did you mean "${near}"?`,
  };
}

/** The values of a reading; a failed one is reported. */
export function readingOf(
  reading: ReturnType<FilterDefinition['readUsed']>,
  collector: Collector,
): FilterValues | undefined {
  if (reading.kind === 'values') return reading.values;
  collector.add(reading.diagnostic);
  return undefined;
}

/**
 * The filter with a jail's own filter options laid over it. The two are sent to fail2ban's server
 * one after the other: regexes of both add up, a jail's datepattern comes last and wins, and what
 * the filter's [Init] sets of the rest wins over the jail (fail2ban/client/filterreader.py:
 * _fillStream).
 */
export function assembleFilter(
  { name, logtype }: Pick<OpenFilter, 'name' | 'logtype'>,
  used: FilterValues,
  jail: Variables,
  collector: Collector,
): Filter {
  const first = (option: string): SourceText | undefined => used.get(option) ?? jail.get(option);
  const prefregex = first('prefregex');
  const datepattern = jail.get('datepattern') ?? used.get('datepattern');
  return {
    name,
    prefregex: prefregex?.text ? located(prefregex) : undefined,
    failregex: [...regexLines(used.get('failregex')), ...regexLines(jail.get('failregex'))],
    ignoreregex: [...regexLines(used.get('ignoreregex')), ...regexLines(jail.get('ignoreregex'))],
    maxlines: maxlines(used.get('maxlines'), collector) ?? maxlines(jail.get('maxlines'), collector) ?? 1,
    datepattern: datepattern && located(datepattern),
    logtype,
  };
}

function regexLines(value: SourceText | undefined): Located<string>[] {
  if (value === undefined) return [];
  return splitLines(value)
    .filter((line) => line.text !== '')
    .map(located);
}

function maxlines(value: SourceText | undefined, collector: Collector): number | undefined {
  if (value === undefined) return undefined;
  const number = parseInteger(value.text);
  if (number !== undefined && number > 0) return number;
  report(collector, value, 0, {
    code: 'BAD_INTEGER',
    severity: 'warning',
    message: `maxlines = ${value.text}: a whole number above 0 is expected; the option is not set`,
    help: 'write how many lines the longest match spans',
  });
  return undefined;
}

function report(collector: Collector, source: SourceText, offset: number, diagnostic: Omit<Diagnostic, 'at'>): void {
  const at = placeOf(source, Math.min(offset, Math.max(0, source.text.length - 1)));
  collector.add({ ...diagnostic, ...(at && { at }) });
}
