import type { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import type { ConfigTree } from './config-tree.ts';
import { parseDuration } from './durations.ts';
import { lookUp } from './interpolate.ts';
import { parseBoolean, parseInteger } from './scalars.ts';
import { placeOf, type SourceText } from './source-text.ts';

/**
 * The options of one section, interpolated and typed; what can't be read is reported and counts as
 * not set.
 */
export interface SectionValues {
  readonly section: string;
  text(option: string): SourceText | undefined;
  boolean(option: string): boolean | undefined;
  /** A number outside the limits is reported, and the limit is taken. */
  integer(option: string, limits?: Limits): number | undefined;
  /** Seconds. An empty value counts as not set. */
  duration(option: string, limits?: Limits): number | undefined;
  /**
   * Where the option stands, in the section or else in [DEFAULT]; `undefined` when no file sets it.
   */
  written(option: string): Place | undefined;
  /**
   * Adds a diagnostic at the text; one that has a place already keeps it. `distinct` as in {@link
   * Collector.add}.
   */
  report(diagnostic: Diagnostic, at?: SourceText | Place, distinct?: string): void;
}

interface Limits {
  readonly least: number;
  readonly most?: number;
  /** Allowed in spite of being less. */
  readonly except?: number;
}

export function sectionValues(tree: ConfigTree, section: string, collector: Collector): SectionValues {
  return new Values(tree, section, collector);
}

class Values implements SectionValues {
  readonly section: string;
  readonly #tree: ConfigTree;
  readonly #collector: Collector;

  constructor(tree: ConfigTree, section: string, collector: Collector) {
    this.section = section;
    this.#tree = tree;
    this.#collector = collector;
  }

  text(option: string): SourceText | undefined {
    const found = lookUp(this.#tree, this.section, option);
    if (found.kind === 'failed') this.#collector.add(found.diagnostic);
    return found.kind === 'value' ? found.value : undefined;
  }

  boolean(option: string): boolean | undefined {
    const value = this.text(option);
    if (value === undefined) return undefined;
    if (!TRUE_OR_FALSE.test(value.text)) this.report(neitherTrueNorFalse(option, value.text), value);
    return parseBoolean(value.text);
  }

  integer(option: string, limits?: Limits): number | undefined {
    const value = this.text(option);
    if (value === undefined) return undefined;
    const number = parseInteger(value.text);
    if (number === undefined) this.report(badInteger(option, value.text), value);
    return this.#limited(option, value, number, limits);
  }

  duration(option: string, limits?: Limits): number | undefined {
    const value = this.text(option);
    if (value === undefined || value.text === '') return undefined;
    const duration = parseDuration(value.text);
    if (duration.kind === 'duration') return this.#limited(option, value, duration.seconds, limits);
    const at = placeOf(value, duration.offset, duration.length) ?? placeOf(value);
    this.report(badDuration(option, value.text, duration.message), at);
    return undefined;
  }

  written(option: string): Place | undefined {
    const found = this.#tree.sections.get(this.section)?.get(option) ?? this.#tree.defaults.get(option);
    return found && found.name.file !== '' ? found.name : undefined;
  }

  report(diagnostic: Diagnostic, at?: SourceText | Place, distinct?: string): void {
    const place = diagnostic.at ?? (at !== undefined && 'text' in at ? placeOf(at) : at);
    this.#collector.add({ ...diagnostic, ...(place && { at: place }) }, distinct);
  }

  #limited(option: string, at: SourceText, value: number | undefined, limits: Limits | undefined): number | undefined {
    if (value === undefined || limits === undefined || value === limits.except) return value;
    if (limits.most !== undefined && value > limits.most) {
      this.report(tooLarge(option, at.text, limits.most), at);
      return limits.most;
    }
    if (value >= limits.least) return value;
    const also = limits.except === undefined ? '' : ` or ${limits.except}`;
    const message = `${option} = ${at.text}: at least ${limits.least}${also} is expected`;
    const help = `write ${limits.least} or more`;
    this.report({ code: 'OUT_OF_RANGE', severity: 'error', message, help }, at);
    return limits.least;
  }
}

const TRUE_OR_FALSE = /^(?:1|on|true|yes|0|off|false|no|)$/i;

function neitherTrueNorFalse(option: string, text: string): Diagnostic {
  return {
    code: 'BAD_BOOLEAN',
    severity: 'error',
    message: `${option} = ${text}: neither true nor false; fail2ban takes it for false`,
    help: misread(text) ?? 'write true or false',
  };
}

function badInteger(option: string, text: string): Diagnostic {
  return {
    code: 'BAD_INTEGER',
    severity: 'error',
    message: `${option} = ${text}: this is no whole number`,
    help: misread(text) ?? `write digits only, for example ${option} = 5`,
  };
}

function tooLarge(option: string, text: string, most: number): Diagnostic {
  return {
    code: 'OUT_OF_RANGE',
    severity: 'error',
    message: `${option} = ${text}: an item of the attempts table, which holds 400 KB, has room for ${most}`,
    help: `write ${option} = ${most} or less`,
  };
}

function badDuration(option: string, text: string, reason: string): Diagnostic {
  return {
    code: 'BAD_DURATION',
    severity: 'error',
    message: `${option} = ${text}: ${reason}`,
    help: misread(text) ?? 'write seconds, or numbers with units (s, m, h, d, w, mo, y), for example 90, 10m, 1d 12h',
  };
}

/** What makes a right value wrong: quotes, and a comment that is none to fail2ban. */
function misread(text: string): string | undefined {
  if (/^["'“”„‟″«»‘’‚‛′`´]/.test(text)) return 'write the value without quotes';
  return /\s#/.test(text) ? 'an inline comment begins with a semicolon and a blank before it' : undefined;
}
