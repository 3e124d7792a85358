import type { ConfigTree } from './config-tree.ts';
import type { FilterValues } from './filter-definition.ts';
import type { Option } from './ini.ts';
import { isMalformed } from './interpolate.ts';
import { concat, placeOf, type SourceText, slice } from './source-text.ts';

/**
 * The tree with the filter's values as `known/…` in the jail's section
 * (fail2ban/client/configparserinc.py: merge_section).
 *
 * fail2ban interpolates these finished values once more, which is fatal for any that holds a
 * percent sign: %(known/datepattern)s can't be written there. Here such a value is taken as it
 * stands.
 */
export function withKnown(tree: ConfigTree, jail: string, known: FilterValues): ConfigTree {
  const section = new Map<string, Option>(tree.sections.get(jail));
  for (const [option, value] of known) {
    if (option.startsWith('known/')) continue;
    const name = placeOf(value) ?? { file: '', line: 1, column: 1, length: 1 };
    section.set(`known/${option}`, { name, value: isMalformed(value.text) ? escaped(value) : value });
  }
  return { ...tree, sections: new Map(tree.sections).set(jail, section) };
}

function escaped(value: SourceText): SourceText {
  const parts: SourceText[] = [];
  let from = 0;
  for (let percent = value.text.indexOf('%'); percent >= 0; percent = value.text.indexOf('%', from)) {
    parts.push(slice(value, from, percent + 1), slice(value, percent, percent + 1));
    from = percent + 1;
  }
  return concat([...parts, slice(value, from)]);
}
