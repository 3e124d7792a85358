import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ConfigTree } from './config-tree.ts';
import { concat, placeOf, type SourceText, slice, sourceText } from './source-text.ts';

/** Values by lower-cased name that come before those of the section: the arguments of a filter. */
export type Variables = ReadonlyMap<string, SourceText>;

export type Lookup =
  | { readonly kind: 'value'; readonly value: SourceText }
  /**
   * Neither the variables nor the section nor [DEFAULT] have the option, or there is no such
   * section.
   */
  | { readonly kind: 'absent' }
  /** fail2ban would refuse the whole configuration here. */
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

const NO_VARIABLES: Variables = new Map();

/** Lib/configparser.py: MAX_INTERPOLATION_DEPTH */
const MAX_DEPTH = 10;

/**
 * An option's value with every `%(name)s` replaced: variables come before the section, the section
 * before [DEFAULT]. `%(section/option)s`, `%(default/option)s`, `%(known/option)s` and
 * `%(__name__)s` are fail2ban's own (fail2ban/client/configparserinc.py: _map_section_options).
 * `%%` gives one percent sign.
 */
export function lookUp(tree: ConfigTree, section: string, option: string, variables = NO_VARIABLES): Lookup {
  const raw = findRaw(tree, section, option.toLowerCase(), variables);
  if (raw === undefined) return { kind: 'absent' };
  const expansion = new Expansion(tree, section, option.toLowerCase(), variables);
  return expansion.run(raw);
}

/** The option as written. */
function findRaw(tree: ConfigTree, section: string, option: string, variables = NO_VARIABLES): SourceText | undefined {
  const own = section === 'DEFAULT' ? tree.defaults : tree.sections.get(section);
  if (own === undefined) return undefined;
  return variables.get(option) ?? own.get(option)?.value ?? tree.defaults.get(option)?.value;
}

/**
 * A value that would fail as interpolation syntax wherever it was used, whatever options there are.
 */
export function isMalformed(text: string): boolean {
  return /%(?!%|\([^)]+\)s)/.test(text.replaceAll('%%', ''));
}

class Expansion {
  readonly #tree: ConfigTree;
  readonly #section: string;
  readonly #option: string;
  readonly #variables: Variables;
  #diagnostic: Diagnostic | undefined;

  constructor(tree: ConfigTree, section: string, option: string, variables: Variables) {
    this.#tree = tree;
    this.#section = section;
    this.#option = option;
    this.#variables = variables;
  }

  run(raw: SourceText): Lookup {
    const value = this.#expand(raw, 1);
    if (this.#diagnostic !== undefined) return { kind: 'failed', diagnostic: this.#diagnostic };
    return { kind: 'value', value };
  }

  #expand(raw: SourceText, depth: number): SourceText {
    const parts: SourceText[] = [];
    let from = 0;
    for (let percent = raw.text.indexOf('%'); percent >= 0; percent = raw.text.indexOf('%', from)) {
      parts.push(slice(raw, from, percent));
      if (raw.text[percent + 1] === '%') {
        parts.push(slice(raw, percent, percent + 1));
        from = percent + 2;
        continue;
      }
      const name = referenceAt(raw.text, percent);
      if (name === undefined) {
        this.#fail(barePercent(raw, percent));
        return raw;
      }
      from = percent + name.length + 4;
      const value = this.#resolve(name, raw, percent, depth);
      if (value === undefined) return raw;
      parts.push(value);
    }
    return concat([...parts, slice(raw, from)]);
  }

  #resolve(name: string, raw: SourceText, offset: number, depth: number): SourceText | undefined {
    const value = this.#find(name);
    if (value === undefined) this.#fail(this.#unknown(name, raw, offset));
    else if (!value.text.includes('%')) return value;
    else if (depth >= MAX_DEPTH) this.#fail(this.#tooDeep(name, raw, offset));
    else {
      const expanded = this.#expand(value, depth + 1);
      if (this.#diagnostic === undefined) return expanded;
    }
    return undefined;
  }

  #find(name: string): SourceText | undefined {
    const key = name.toLowerCase();
    if (key === '__name__') return sourceText(this.#section);
    return (
      findRaw(this.#tree, this.#section, key, this.#variables) ?? (key === name ? this.#findElsewhere(name) : undefined)
    );
  }

  /**
   * `section/option`. Only reached by lower-case names: fail2ban looks the mapped name up
   * lower-cased.
   */
  #findElsewhere(name: string): SourceText | undefined {
    const parts = /^([\p{L}\p{N}_-]+)\/([^)]+)$/u.exec(name);
    const [section, option] = [parts?.[1], parts?.[2]];
    if (section === undefined || option === undefined) return undefined;
    const fallback = this.#tree.defaults.get(option)?.value;
    if (section === 'default') return fallback;
    if (section === 'known') return this.#tree.known.get(this.#section)?.get(option)?.value ?? fallback;
    const other = this.#tree.sections.get(section);
    return other === undefined ? undefined : (other.get(option)?.value ?? fallback);
  }

  #fail(diagnostic: Diagnostic): void {
    this.#diagnostic ??= diagnostic;
  }

  #unknown(name: string, raw: SourceText, offset: number): Diagnostic {
    const place = at(raw, offset, name.length + 4);
    if (name.startsWith('known/')) return unknownKnown(name, this.#option, place);
    const where = this.#section === 'DEFAULT' ? '[DEFAULT]' : `[${this.#section}] or [DEFAULT]`;
    return {
      code: 'UNKNOWN_INTERPOLATION',
      severity: 'error',
      message: `"${this.#option}" refers to %(${name})s, and no option has that name`,
      help: `set ${name.toLowerCase()} in ${where}, or write %%(${name})s if the text is meant as it stands`,
      ...place,
    };
  }

  #tooDeep(name: string, raw: SourceText, offset: number): Diagnostic {
    return {
      code: 'INTERPOLATION_DEPTH',
      severity: 'error',
      message: `%(${name})s: "${this.#option}" refers to itself or to a chain of more than ${MAX_DEPTH} options`,
      help: name.startsWith('known/')
        ? 'only one earlier value is known: two files may not both extend an option by %(known/…)s'
        : 'write the value out in one place of the chain',
      ...at(raw, offset, name.length + 4),
    };
  }
}

function unknownKnown(name: string, option: string, place: Pick<Diagnostic, 'at'>): Diagnostic {
  const known = name.slice('known/'.length);
  return {
    code: 'UNKNOWN_KNOWN',
    severity: 'error',
    message: `"${option}" extends %(${name})s, and neither the filter nor an earlier file sets "${known}"`,
    help: `leave %(${name})s out`,
    ...place,
  };
}

/** The name inside `%(name)s` at the offset. */
function referenceAt(text: string, percent: number): string | undefined {
  if (text[percent + 1] !== '(') return undefined;
  const end = text.indexOf(')', percent + 2);
  return end > percent + 2 && text[end + 1] === 's' ? text.slice(percent + 2, end) : undefined;
}

function barePercent(raw: SourceText, offset: number): Diagnostic {
  const open = raw.text[offset + 1] === '(';
  return {
    code: 'BARE_PERCENT',
    severity: 'error',
    message: open
      ? 'this "%(" is not closed by ")s"'
      : 'a percent sign begins an interpolation, %(name)s, and this one does not',
    help: 'write %% where a percent sign is meant',
    ...at(raw, offset, open ? 2 : 1),
  };
}

function at(source: SourceText, offset: number, length: number): Pick<Diagnostic, 'at'> {
  const place = placeOf(source, offset, length);
  return place === undefined ? {} : { at: place };
}
