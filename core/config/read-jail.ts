import { type Collector, SILENT } from '../diagnostics/collector.ts';
import { understood } from './action-file.ts';
import { checkJail } from './check-jail.ts';
import { checkEnabled } from './check-option-names.ts';
import type { ConfigTree } from './config-tree.ts';
import type { Jail } from './jail.ts';
import { matchingOf, ownMatching } from './jail-filter.ts';
import { jailOf } from './jail-options.ts';
import { type SectionValues, sectionValues } from './jail-values.ts';
import { withKnown } from './known-values.ts';
import { type FilterContext, openFilter, readingOf } from './read-filter.ts';
import { type SourceText, sourceText } from './source-text.ts';

export interface JailContext extends FilterContext {
  readonly tree: ConfigTree;
}

export interface JailReading {
  readonly jail: Jail;
  /**
   * With `known/…` of the jail's filter in its section, for jails read later: they may refer to it.
   */
  readonly tree: ConfigTree;
}

/**
 * One jail, the way fail2ban reads it: first `enabled`, `backend` and `filter`, whose mistakes
 * count even in a disabled jail; then, when it is enabled, the filter, whose options become
 * `known/…` of the jail, and everything else (fail2ban/client/jailreader.py: getOptions). A
 * disabled jail's other values are read for display, silently.
 *
 * @param forced overrides `enabled` of the configuration
 */
export function readJail(context: JailContext, name: string, forced?: boolean): JailReading {
  const values = sectionValues(context.tree, name, context.collector);
  const written = values.boolean('enabled') ?? false;
  const enabled = forced ?? written;
  const filter = values.text('filter') ?? sourceText('');
  const backend = values.text('backend')?.text ?? 'auto';
  if (enabled) return readEnabled(context, name, filter, backend);
  if (forced === undefined) checkEnabled(context.tree, name, context.collector);
  const silent = sectionValues(context.tree, name, SILENT);
  return { jail: jailOf(silent, { enabled, backend }, undefined), tree: context.tree };
}

function readEnabled(context: JailContext, name: string, filter: SourceText, backend: string): JailReading {
  const first = { enabled: true, backend };
  if (filter.text === '') {
    const values = sectionValues(context.tree, name, context.collector);
    const jail = withMeanings(jailOf(values, first, ownMatching(values, context.collector)), context);
    checkJail({ ...context, values, jail, open: undefined });
    return { jail, tree: context.tree };
  }
  const open = openFilter(context, filter, readsJournal(context.tree, name, backend) ? 'journal' : 'file');
  const early = new Map([
    ['enabled', sourceText('True')],
    ['backend', sourceText(backend)],
    ['filter', filter],
  ]);
  const known = open && readingOf(open.definition.readAll(early), context.collector);
  if (open === undefined || known === undefined) {
    const values = sectionValues(context.tree, name, withoutKnown(context.collector));
    return { jail: jailOf(values, first, undefined), tree: context.tree };
  }
  const tree = withKnown(context.tree, name, known);
  const values = sectionValues(tree, name, context.collector);
  const jail = withMeanings(jailOf(values, first, matchingOf(open, values, context.collector)), context);
  checkJail({ ...context, tree, values, jail, open });
  return { jail, tree };
}

/** Actions of the operator's get their meaning from their files. */
function withMeanings(jail: Jail, { files }: JailContext): Jail {
  return { ...jail, actions: jail.actions.map((action) => understood(action, files)) };
}

/** What a filter that could not be read leaves unknown is no mistake of its own. */
function withoutKnown(collector: Collector): Collector {
  return {
    ...collector,
    add: (diagnostic, distinct) => diagnostic.code !== 'UNKNOWN_KNOWN' && collector.add(diagnostic, distinct),
  };
}

/**
 * Lines of the journal come without date and host. A jail of the systemd backend gets them only
 * from a log group named for it; one that has a `logpath` alone gets the lines the agent ships from
 * that file.
 */
function readsJournal(tree: ConfigTree, name: string, backend: string): boolean {
  if (!backend.startsWith('systemd')) return false;
  const values: SectionValues = sectionValues(tree, name, SILENT);
  return Boolean(values.text('loggroup')?.text) || !values.text('logpath')?.text;
}
