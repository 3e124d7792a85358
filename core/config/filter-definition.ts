import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ConfigTree } from './config-tree.ts';
import type { Section } from './ini.ts';
import { type Lookup, lookUp, type Variables } from './interpolate.ts';
import type { SourceText } from './source-text.ts';
import { substituteTags } from './tags.ts';

/**
 * What a filter hands on to the matcher; a jail may set each of them too
 * (fail2ban/client/filterreader.py: _configOpts).
 */
export const FILTER_OPTIONS = [
  'usedns',
  'prefregex',
  'ignoreregex',
  'failregex',
  'maxlines',
  'datepattern',
  'journalmatch',
] as const;

export type FilterValues = ReadonlyMap<string, SourceText>;

type FilterReading =
  | { readonly kind: 'values'; readonly values: FilterValues }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/**
 * A filter with its arguments, read the way fail2ban reads it: options are looked up with the
 * jail's values and the arguments as variables, [Init] fills in what no argument gave, then tags
 * are substituted in all of it (fail2ban/client/configreader.py: DefinitionInitConfigReader). A
 * jail reads it twice: once for everything the filter has, which becomes `known/…` in the jail, and
 * once with the jail's own options, for what is used.
 */
export interface FilterDefinition {
  /** Every option of [Definition] and [Init]. */
  readAll(jail: Variables): FilterReading;
  /** Only the filter options the jail does not set itself, and the [Init] options and arguments. */
  readUsed(jail: Variables): FilterReading;
}

/** @param args the bracket arguments, `logtype` among them when it was chosen for the filter */
export function filterDefinition(tree: ConfigTree, args: Variables): FilterDefinition {
  return new Definition(tree, args);
}

class LookupFailed extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

class Definition implements FilterDefinition {
  readonly #tree: ConfigTree;
  /**
   * Arguments, and after the first reading also the options of [Init]; `known/x` is the [Init]
   * value behind an argument.
   */
  readonly #given: Map<string, SourceText>;
  /**
   * Values found for tags by way of [Definition] and [DEFAULT]; fail2ban keeps them from the first
   * reading for the second.
   */
  readonly #fallbacks = new Map<string, SourceText | undefined>();

  constructor(tree: ConfigTree, args: Variables) {
    this.#tree = tree;
    this.#given = new Map(args);
  }

  readAll(jail: Variables): FilterReading {
    return this.#read(jail, true);
  }

  readUsed(jail: Variables): FilterReading {
    return this.#read(jail, false);
  }

  #read(jail: Variables, all: boolean): FilterReading {
    try {
      const variables = new Map([...jail, ...this.#given]);
      const own = this.#ownOptions(variables, all);
      return this.#substituted(new Map([...own, ...this.#given]), lowerCased(variables));
    } catch (error) {
      if (error instanceof LookupFailed) return { kind: 'failed', diagnostic: error.diagnostic };
      throw error;
    }
  }

  #ownOptions(variables: Variables, all: boolean): Map<string, SourceText> {
    const own = new Map<string, SourceText>();
    const lower = lowerCased(variables);
    for (const name of FILTER_OPTIONS) {
      if (variables.has(name)) continue;
      const value = this.#get('Definition', name, lower);
      if (value !== undefined) own.set(name, value);
    }
    this.#takeInit();
    if (all) {
      for (const name of this.#tree.sections.get('Definition')?.keys() ?? []) {
        const value = own.has(name) ? undefined : this.#get('Definition', name);
        if (value !== undefined) own.set(name, value);
      }
    }
    return own;
  }

  #takeInit(): void {
    const init: Section = this.#tree.sections.get('Init') ?? new Map();
    for (const name of init.keys()) {
      // `known/x` of an [Init] that also has `x` is never looked at: not even its mistakes count.
      if (name.startsWith('known/') && this.#given.has(name)) continue;
      const value = this.#get('Init', name);
      if (value === undefined) continue;
      if (!name.startsWith('known/')) this.#given.set(`known/${name}`, value);
      if (!this.#given.has(name)) this.#given.set(name, value);
    }
  }

  #substituted(values: FilterValues, variables: Variables): FilterReading {
    const conditional = [...values.keys()].flatMap((name) => /^([\p{L}\p{N}_]+)\?./u.exec(name)?.[1] ?? []);
    const substitution = substituteTags(values, {
      ignore: new Set(conditional),
      fallback: (name) => this.#fallback(name, variables),
    });
    return substitution.kind === 'substituted' ? { kind: 'values', values: substitution.values } : substitution;
  }

  /**
   * A tag that is no option here may be `section/option`, or, in any case, an option of
   * [Definition] or [DEFAULT]: so an option called `host` also captures `<HOST>`
   * (fail2ban/client/configparserinc.py: get_ex).
   */
  #fallback(name: string, variables: Variables): SourceText | undefined {
    if (!this.#fallbacks.has(name)) {
      this.#fallbacks.set(name, this.#elsewhere(name) ?? this.#get('Definition', name, variables));
    }
    return this.#fallbacks.get(name);
  }

  #elsewhere(name: string): SourceText | undefined {
    const parts = /^([\p{L}\p{N}_-]+)\/([^\s>]+)$/u.exec(name);
    const [section, option] = [parts?.[1], parts?.[2]];
    if (section === undefined || option === undefined) return undefined;
    const lower = section.toLowerCase();
    if (lower === 'known') return this.#known(option) ?? this.#get('Definition', option);
    return this.#get(lower === 'default' ? 'DEFAULT' : section, option);
  }

  #known(option: string): SourceText | undefined {
    const known = this.#tree.known.get('Definition');
    if (known === undefined) return undefined;
    const sections = new Map(this.#tree.sections).set('KNOWN/Definition', known);
    return resolved(lookUp({ ...this.#tree, sections }, 'KNOWN/Definition', option));
  }

  #get(section: string, option: string, variables?: Variables): SourceText | undefined {
    return resolved(lookUp(this.#tree, section, option, variables));
  }
}

function resolved(found: Lookup): SourceText | undefined {
  if (found.kind === 'failed') throw new LookupFailed(found.diagnostic);
  return found.kind === 'value' ? found.value : undefined;
}

function lowerCased(variables: Variables): Variables {
  return new Map([...variables].map(([name, value]) => [name.toLowerCase(), value]));
}
