import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { referredTags } from './check-option-names.ts';
import { byOperator, type CheckedJail } from './checked-jail.ts';
import type { ConfigTree } from './config-tree.ts';
import { parseDefinition } from './definition-arguments.ts';
import type { Section } from './ini.ts';
import { JAIL_OPTIONS } from './known-options.ts';
import type { OpenFilter } from './read-filter.ts';
import { placeOf, type SourceText, splitLines } from './source-text.ts';

/**
 * Lines, arguments and tags that look like a slip of the pen. Names of the operator's own are
 * normal, so only near misses count.
 */
export function checkSpelling(checked: CheckedJail): void {
  const { tree, jail } = checked;
  for (const section of [tree.defaults, tree.sections.get(jail.name) ?? new Map()]) {
    checkContinuations(checked, section);
  }
  if (checked.open !== undefined) {
    checkArguments(checked, checked.open);
    checkTags(checked, checked.open);
  }
}

/**
 * An option or header that is indented by mistake becomes part of the value above it, without a
 * word from fail2ban.
 */
function checkContinuations({ values }: CheckedJail, section: Section): void {
  for (const [option, { name, value }] of section) {
    if (option.startsWith('known/') || !byOperator(name)) continue;
    for (const [index, line] of splitLines(value).entries()) {
      const swallowed = index === 0 ? undefined : swallowedBy(option, value.text, line.text);
      if (swallowed !== undefined) values.report(swallowed, line);
    }
  }
}

function swallowedBy(option: string, whole: string, line: string): Diagnostic | undefined {
  const header = /^\[[\w-]+\]$/.test(line);
  const name = /^([a-z_.]+)\s*[=:]/.exec(line)?.[1];
  // Inside brackets `name=value` is an argument of an action.
  const before = whole.slice(0, whole.indexOf(line));
  const inBrackets = before.lastIndexOf('[') > before.lastIndexOf(']');
  if (!header && (name === undefined || inBrackets || !JAIL_OPTIONS.includes(name))) return undefined;
  return {
    code: 'SWALLOWED_LINE',
    severity: 'error',
    message: `this line is indented, so it belongs to the value of "${option}" above`,
    help:
      'put it at the beginning of the line if it is meant as ' +
      `${header ? 'a section of its own' : 'an option of its own'}`,
  };
}

/** An argument that is nearly the name of one of the filter's options, and is none. */
function checkArguments({ values, tree, jail }: CheckedJail, open: OpenFilter): void {
  const filter = values.text('filter');
  const parsed = filter && parseDefinition(filter);
  if (parsed?.kind !== 'definition' || !tree.sections.has(jail.name)) return;
  const known = new Set([...optionNames(open.tree), ...referredTags(open.tree), 'logtype']);
  for (const [name, written] of parsed.argNames) {
    const near = known.has(name) ? undefined : didYouMean(name, known);
    if (near === undefined) continue;
    const message = `filter ${open.name} has no option "${name}"`;
    values.report({ code: 'UNKNOWN_ARGUMENT', severity: 'error', message, help: `did you mean "${near}"?` }, written);
  }
}

function optionNames(tree: ConfigTree): readonly string[] {
  return [tree.defaults, ...tree.sections.values()].flatMap((section) => [...section.keys()]);
}

/**
 * `<mdre-agressive>`: a tag put together from an argument that leads nowhere. fail2ban would take
 * it for a part of the regex, which then never matches.
 */
function checkTags({ values, jail }: CheckedJail, open: OpenFilter): void {
  const names = optionNames(open.tree);
  for (const regex of [...(jail.filter?.failregex ?? []), ...(jail.filter?.prefregex ? [jail.filter.prefregex] : [])]) {
    const source: SourceText = { text: regex.value, origins: regex.origins ?? [] };
    for (const match of regex.value.matchAll(/<([a-z_]\w*-)([\w-]+)>/g)) {
      const [tag, family = '', variable = ''] = match;
      const others = names.filter((name) => name.startsWith(family));
      // In a jail's own regex even a right name stays: tags are substituted in filters only.
      if (others.length === 0 || others.includes(tag.slice(1, -1))) continue;
      // The variable part is what the operator chose, mostly in another file than the filter.
      const place = placeOf(source, match.index + 1 + family.length, variable.length);
      // One mode set for all jails may be unknown to several filters.
      values.report(unknownTag(open.name, tag, others), place, open.name);
    }
  }
}

function unknownTag(filter: string, tag: string, others: readonly string[]): Diagnostic {
  const near = didYouMean(tag.slice(1, -1), others);
  return {
    code: 'UNKNOWN_TAG',
    severity: 'error',
    message: `this leads to ${tag}, which filter ${filter} does not have, so its regex never matches`,
    help: near === undefined ? `the filter has ${others.join(', ')}` : `did you mean ${near}?`,
  };
}
