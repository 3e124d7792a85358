import type { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { byOperator, type CheckedJail } from './checked-jail.ts';
import type { ConfigTree } from './config-tree.ts';
import { FILTER_OPTIONS } from './filter-definition.ts';
import type { Section } from './ini.ts';
import { INTERPOLATION_NAMES, JAIL_OPTIONS } from './known-options.ts';

/** What fail2ban itself lets through: names that stock files have. */
const NAME = /^[\p{L}\p{N}_.-]+(?:\?family=inet[46])?$/u;

const JAIL_NAMES = [...JAIL_OPTIONS, 'port', 'protocol', 'banaction', 'destemail', 'mode'];
const FILTER_NAMES = [...FILTER_OPTIONS, 'logtype'];

/**
 * Options of a jail and its filter that look like a slip of the pen: fail2ban takes every name, and
 * an option that it does not read does nothing. Names of the operator's own are normal, so only
 * near misses of a name count that no value refers to.
 */
export function checkOptionNames(checked: CheckedJail): void {
  const { tree, jail, values, open } = checked;
  const inJail = { used: interpolatedNames(tree), known: [...JAIL_OPTIONS, ...INTERPOLATION_NAMES], meant: JAIL_NAMES };
  for (const section of [tree.defaults, tree.sections.get(jail.name) ?? new Map()]) {
    for (const diagnostic of misspelt(section, inJail)) values.report(diagnostic);
  }
  if (open === undefined) return;
  const used = new Set([...interpolatedNames(open.tree), ...referredTags(open.tree)]);
  const inFilter = { used, known: FILTER_NAMES, meant: FILTER_NAMES };
  for (const section of [open.tree.defaults, ...open.tree.sections.values()]) {
    for (const diagnostic of misspelt(section, inFilter)) values.report(diagnostic);
  }
}

/** `enable = true`: of a disabled jail the one slip that matters. */
export function checkEnabled(tree: ConfigTree, jail: string, collector: Collector): void {
  const names = { used: interpolatedNames(tree), known: [...JAIL_OPTIONS, ...INTERPOLATION_NAMES], meant: JAIL_NAMES };
  for (const section of [tree.defaults, tree.sections.get(jail) ?? new Map()]) {
    const near = new Map([...section].filter(([option]) => didYouMean(option, JAIL_NAMES) === 'enabled'));
    for (const diagnostic of misspelt(near, names)) collector.add(diagnostic);
  }
}

interface Names {
  readonly used: ReadonlySet<string>;
  readonly known: readonly string[];
  /** For which of them a name may stand. */
  readonly meant: readonly string[];
}

function misspelt(section: Section, { used, known, meant }: Names): readonly Diagnostic[] {
  return [...section].flatMap(([option, { name: at }]): Diagnostic[] => {
    if (option.startsWith('known/') || !byOperator(at) || known.includes(option) || used.has(option)) return [];
    if (!NAME.test(option)) return [{ ...oddName(option, known), at }];
    const near = didYouMean(option, meant);
    if (near === undefined) return [];
    const message = `"${option}" is no option, and nothing refers to it`;
    return [{ code: 'UNKNOWN_OPTION', severity: 'error', message, help: `did you mean "${near}"?`, at }];
  });
}

/** `failregex +=`, or a line at column 0 that was to continue the value above. */
function oddName(option: string, known: readonly string[]): Diagnostic {
  const extended = option.replace(/\s*\+$/, '');
  if (extended !== option && known.includes(extended)) {
    return {
      code: 'UNKNOWN_OPTION',
      severity: 'error',
      message: `"${option}" is no option: += does not extend a value`,
      help: `write ${extended} = %(known/${extended})s, and what is to be added indented below it`,
    };
  }
  return {
    code: 'UNKNOWN_OPTION',
    severity: 'error',
    message: `this line begins an option named "${option}", which nothing reads`,
    help: 'to continue the value above, indent the line deeper than its option',
  };
}

/** Every name some value refers to by `%(name)s`. */
function interpolatedNames(tree: ConfigTree): ReadonlySet<string> {
  const names = new Set<string>();
  for (const section of [tree.defaults, ...tree.sections.values()]) {
    for (const { value } of section.values()) {
      for (const [, name = ''] of value.text.matchAll(/%\(([^)]+)\)s/g))
        names.add(name.toLowerCase().replace(/^.*\//, ''));
    }
  }
  return names;
}

/** A tag that some value holds may well be meant for an option or an argument. */
export function referredTags(tree: ConfigTree): readonly string[] {
  const values = [tree.defaults, ...tree.sections.values()].flatMap((section) => [...section.values()]);
  return values.flatMap(({ value }) => [...value.text.matchAll(/<([a-z_][\w-]*)>/g)].flatMap(([, tag = '']) => tag));
}
