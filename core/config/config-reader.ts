import type { Collector } from '../diagnostics/collector.ts';
import type { ConfigFiles } from './config-files.ts';
import type { ConfigTree } from './config-tree.ts';
import { includedPath, loadOrder, withLocalTwins } from './includes.ts';
import { type IniFile, type Option, parseIni, type Section } from './ini.ts';
import { lookUp } from './interpolate.ts';
import { placeOf, splitLines } from './source-text.ts';

/** Reads trees; a file shared by several (common.conf of the filters) is parsed once. */
export interface ConfigReader {
  /** `undefined` when the configuration has no file at all. */
  read(base: string): ConfigTree | undefined;
}

export function configReader(files: ConfigFiles, collector: Collector): ConfigReader {
  const parsed = new Map<string, IniFile>();
  const parse = (path: string): IniFile | undefined => {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    const text = files.read(path);
    if (text === undefined) return undefined;
    const file = parseIni(path, text, collector);
    checkEncoding(path, text, collector);
    parsed.set(path, file);
    return file;
  };
  const includes = new IncludeResolver(files, parse, collector);
  return {
    read(base) {
      const own = loadOrder(files, base);
      if (own.length === 0) return undefined;
      const order = includes.expand(own, []);
      return mergeFiles(order, parse);
    },
  };
}

/**
 * Decoding leaves U+FFFD where bytes were no UTF-8. fail2ban leaves the whole file out then, with a
 * line in its own log.
 */
function checkEncoding(file: string, text: string, collector: Collector): void {
  const offset = text.indexOf('\ufffd');
  if (offset < 0) return;
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  collector.add({
    code: 'NOT_UTF8',
    severity: 'error',
    message: 'the file is not UTF-8: fail2ban would read nothing of it',
    help: 'save it as UTF-8',
    at: { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length: 1 },
  });
}

class IncludeResolver {
  readonly #files: ConfigFiles;
  readonly #parse: (path: string) => IniFile | undefined;
  readonly #collector: Collector;

  constructor(files: ConfigFiles, parse: (path: string) => IniFile | undefined, collector: Collector) {
    this.#files = files;
    this.#parse = parse;
    this.#collector = collector;
  }

  /**
   * Every file with what it includes before and after it; a file that includes itself through
   * others is taken once.
   */
  expand(paths: readonly string[], chain: readonly string[]): readonly string[] {
    return withLocalTwins(this.#files, paths).flatMap((path) => {
      const file = this.#parse(path);
      if (file === undefined) return [];
      const inner = [...chain, path];
      return [...this.#included(path, file, 'before', inner), path, ...this.#included(path, file, 'after', inner)];
    });
  }

  #included(path: string, file: IniFile, option: string, chain: readonly string[]): readonly string[] {
    if (!file.sections.has('INCLUDES')) return [];
    const found = lookUp({ ...file, known: new Map(), files: [path] }, 'INCLUDES', option);
    if (found.kind === 'failed') this.#collector.add(found.diagnostic);
    if (found.kind !== 'value') return [];
    return splitLines(found.value).flatMap((line) => {
      const target = includedPath(path, line.text);
      if (target === undefined) {
        const at = placeOf(line);
        this.#collector.add({
          code: 'INCLUDE_OUTSIDE',
          severity: 'warning',
          message: `${line.text} lies outside the configuration directory and is not read`,
          help: 'copy the file into the configuration directory',
          ...(at && { at }),
        });
        return [];
      }
      return target === '' || chain.includes(target) ? [] : this.expand([target], chain);
    });
  }
}

function mergeFiles(order: readonly string[], parse: (path: string) => IniFile | undefined): ConfigTree {
  const defaults = new Map<string, Option>();
  const sections = new Map<string, Map<string, Option>>();
  const known = new Map<string, Map<string, Option>>();
  for (const path of order) {
    const file = parse(path);
    if (file === undefined) continue;
    for (const [name, option] of file.defaults) defaults.set(name, option);
    for (const [header, options] of file.sections) mergeSection(sections, known, header, options);
  }
  return { defaults, sections, known, files: order };
}

/**
 * fail2ban/client/configparserinc.py: read. `[Init?family=inet6]` puts `option?family=inet6` into
 * [Init].
 */
function mergeSection(
  sections: Map<string, Map<string, Option>>,
  known: Map<string, Map<string, Option>>,
  header: string,
  options: Section,
): void {
  const condition = /^([\p{L}\p{N}_]+)(\?.+)$/u.exec(header);
  const name = condition?.[1] ?? header;
  const section = sections.get(name);
  const added = [...options].map(([option, value]) => [option + (condition?.[2] ?? ''), value] as const);
  if (section === undefined) {
    sections.set(name, new Map(added));
    return;
  }
  const memory = known.get(name) ?? new Map<string, Option>();
  known.set(name, memory);
  for (const [option, value] of added) {
    const earlier = section.get(option);
    if (earlier !== undefined) memory.set(option, earlier);
    section.set(option, value);
  }
}
