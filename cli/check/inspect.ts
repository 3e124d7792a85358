import type { Jail, Located } from '../../core/config/jail.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { expandTags } from '../../core/filter/address-tags.ts';
import type { Pattern } from '../../core/pyregex/ast.ts';
import { parse } from '../../core/pyregex/parse.ts';
import { backtracking } from './backtracking.ts';
import { forgeableAddress } from './forgeable-address.ts';

/** What an inspection may look at: one failregex with its tags expanded. */
export interface InspectedRegex {
  readonly jail: Jail;
  readonly text: Located<string>;
  readonly pattern: Pattern;
}

/** Looks at a failregex that compiles for what its author may not have seen in it. */
export type Inspection = (regex: InspectedRegex) => Omit<Diagnostic, 'at'> | undefined;

const INSPECTIONS: readonly Inspection[] = [forgeableAddress, backtracking];

/** What is worth a warning in the failregexes of a jail. Those that do not compile are the compiler's to report. */
export function inspect(jail: Jail): readonly Diagnostic[] {
  const maxlines = jail.filter?.maxlines ?? 1;
  return (jail.filter?.failregex ?? []).flatMap((text) => {
    const expansion = expandTags(text.value, { usedns: jail.usedns });
    if (expansion.kind === 'refused') return [];
    const parsed = parse(expansion.pattern, { multiline: maxlines > 1 });
    if (parsed.kind === 'refused') return [];
    return INSPECTIONS.flatMap((look): Diagnostic[] => {
      const seen = look({ jail, text, pattern: parsed.ast });
      return seen ? [{ ...seen, ...(text.at && { at: text.at }) }] : [];
    });
  });
}
