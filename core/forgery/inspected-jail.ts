import { expandTags } from '../compile/address-tags.ts';
import type { Acknowledgement } from '../config/acknowledged.ts';
import type { Jail, Located } from '../config/jail.ts';
import type { Pattern } from '../pyregex/ast.ts';
import { parse } from '../pyregex/parse.ts';
import type { TranslatedRegex } from '../pyregex/translation.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';

/** A jail that compiles, as it is written and as the matcher has it. */
export interface InspectedJail {
  readonly name: string;
  /** The filter's name, without arguments. */
  readonly filter: string;
  readonly acknowledged: readonly Acknowledgement[];
  readonly match: CompiledMatch;
  readonly prefregex: InspectedRegex | undefined;
  /** In the order of `match.failregex`. */
  readonly failregex: readonly InspectedRegex[];
  readonly ignoreregex: readonly InspectedRegex[];
}

export interface InspectedRegex {
  readonly option: 'prefregex' | 'failregex' | 'ignoreregex';
  readonly text: Located<string>;
  /** Run-time tags expanded. */
  readonly pattern: Pattern;
  readonly translated: TranslatedRegex;
}

/** @param match what the jail compiled to, without an error */
export function inspectedJail({ name, filter, usedns, acknowledged }: Jail, match: CompiledMatch): InspectedJail {
  const read = (
    option: InspectedRegex['option'],
    text: Located<string> | undefined,
    translated: TranslatedRegex | undefined,
  ): readonly InspectedRegex[] => {
    if (!text || !translated) return [];
    const expansion = expandTags(text.value, { usedns });
    if (expansion.kind === 'refused') return [];
    const parsed = parse(expansion.pattern, { multiline: option === 'failregex' && match.maxlines > 1 });
    return parsed.kind === 'refused' ? [] : [{ option, text, pattern: parsed.ast, translated }];
  };
  return {
    name,
    filter: filter?.name ?? '',
    acknowledged,
    match,
    prefregex: read('prefregex', filter?.prefregex, match.prefregex)[0],
    failregex: (filter?.failregex ?? []).flatMap((text, i) => read('failregex', text, match.failregex[i])),
    ignoreregex: (filter?.ignoreregex ?? []).flatMap((text, i) => read('ignoreregex', text, match.ignoreregex[i])),
  };
}
