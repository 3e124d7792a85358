import type { Filter, Jail, Located } from '../config/jail.ts';
import { placeWithin } from '../config/located.ts';
import { dateCuts } from '../dates/templates/date-cuts.ts';
import { compileDateTemplates } from '../dates/templates/date-templates.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { firstCharacters } from '../literals/first-characters.ts';
import { prefilterOf } from '../literals/prefilter.ts';
import type { Pattern } from '../pyregex/ast.ts';
import { parse } from '../pyregex/parse.ts';
import { translate } from '../pyregex/translate.ts';
import type { TranslatedRegex } from '../pyregex/translation.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';
import { expandTags, identifiesFailure } from './address-tags.ts';
import { regexPlace } from './regex-place.ts';

export interface MatchCompilation {
  /** `undefined` when a diagnostic refuses the filter. */
  readonly match: CompiledMatch | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a jail adds to its filter. */
export type MatchOptions = Pick<Jail, 'usedns' | 'logtimezone'>;

/**
 * A filter with its tags expanded, its regexes translated and its date templates compiled. All that
 * is wrong is in the diagnostics.
 */
export function compileMatch(filter: Filter, options: MatchOptions): MatchCompilation {
  return new Compiler(filter, options).compile();
}

interface ReadRegex {
  readonly regex: TranslatedRegex;
  readonly pattern: Pattern;
}

class Compiler {
  readonly #filter: Filter;
  readonly #options: MatchOptions;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(filter: Filter, options: MatchOptions) {
    this.#filter = filter;
    this.#options = options;
  }

  compile(): MatchCompilation {
    const { maxlines } = this.#filter;
    const prefregex = this.#filter.prefregex && this.#regex(this.#filter.prefregex, false);
    const prefregexRefused = this.#diagnostics.length > 0;
    const failregex = this.#filter.failregex.flatMap((text) => {
      const read = this.#regex(text, maxlines > 1);
      if (read && !prefregexRefused && !identifiesFailure(read.regex.groups, prefregex?.regex.groups)) this.#noId(text);
      return read ?? [];
    });
    const ignoreregex = this.#filter.ignoreregex.flatMap((text) => this.#regex(text, false) ?? []);
    const dates = this.#filter.logtype === 'journal' ? undefined : this.#dates();
    if (this.#filter.failregex.length === 0) this.#diagnostics.push(this.#nothingToFind());
    if (hasErrors(this.#diagnostics)) return { match: undefined, diagnostics: this.#diagnostics };
    const cuts = dates === undefined ? [] : dateCuts(this.#filter.datepattern?.value);
    const patterns = failregex.map(({ pattern }) => pattern);
    const match: CompiledMatch = {
      ...prefilterOf({ prefregex: prefregex?.pattern, failregex: patterns, maxlines, cuts }),
      prefregex: prefregex?.regex,
      failregex: failregex.map(({ regex }) => regex),
      firstCharacters: patterns.map((pattern) => (maxlines > 1 ? '' : firstCharacters(pattern))),
      ignoreregex: ignoreregex.map(({ regex }) => regex),
      maxlines,
      dates,
      usedns: this.#options.usedns,
    };
    return { match, diagnostics: this.#diagnostics };
  }

  #noId({ value, at }: Located<string>): void {
    this.#diagnostics.push({
      code: 'NO_FAILURE_ID',
      severity: 'error',
      message: `failregex '${value}' captures nothing that could be banned`,
      help: 'put <HOST>, <ADDR> or <F-ID>…</F-ID> where the address or the id stands',
      ...(at && { at }),
    });
  }

  #regex(text: Located<string>, multiline: boolean): ReadRegex | undefined {
    const expansion = expandTags(text.value, { usedns: this.#options.usedns });
    if (expansion.kind === 'refused') {
      this.#refuse(text, text.value, expansion.diagnostics);
      return undefined;
    }
    const parsed = parse(expansion.pattern, { multiline });
    const translation = translate(expansion.pattern, { multiline });
    if (parsed.kind === 'parsed' && translation.kind === 'translated') {
      return { regex: translation.regex, pattern: parsed.ast };
    }
    const refused = parsed.kind === 'refused' ? parsed : translation;
    if (refused.kind === 'refused') this.#refuse(text, expansion.pattern, refused.diagnostics);
    return undefined;
  }

  #refuse(text: Located<string>, pattern: string, diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const at = regexPlace(text, pattern, diagnostic.at);
      const { at: _, ...rest } = diagnostic;
      this.#diagnostics.push({ ...rest, ...(at && { at }) });
    }
  }

  #dates(): CompiledMatch['dates'] {
    const { datepattern } = this.#filter;
    const { logtimezone } = this.#options;
    const { dates, diagnostics } = compileDateTemplates(datepattern?.value, { logtimezone });
    for (const { at, ...rest } of diagnostics) {
      const offset = at && datepattern && offsetOf(datepattern.value, at.line, at.column);
      const place =
        offset === undefined ? datepattern?.at : placeWithin(datepattern as Located<string>, offset, at?.length);
      this.#diagnostics.push({ ...rest, ...(place && { at: place }) });
    }
    return dates;
  }

  #nothingToFind(): Diagnostic {
    return {
      code: 'NO_FAILREGEX',
      severity: 'warning',
      message: `filter ${this.#filter.name} has no failregex, so it finds no failure`,
      help: 'write a failregex into its [Definition]',
    };
  }
}

/** From a place in a text of several lines, both counted from 1. */
function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}
