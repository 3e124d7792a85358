import type { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ConfigTree } from './config-tree.ts';
import { parseDuration } from './durations.ts';
import { lookUp } from './interpolate.ts';
import { parseBoolean, parseInteger } from './scalars.ts';
import { placeOf, type SourceText } from './source-text.ts';

/** The options of one section, interpolated and typed; what can't be read is reported and counts as not set. */
export interface SectionValues {
  readonly section: string;
  text(option: string): SourceText | undefined;
  boolean(option: string): boolean | undefined;
  integer(option: string): number | undefined;
  /** Seconds. An empty value counts as not set. */
  duration(option: string): number | undefined;
  report(diagnostic: Omit<Diagnostic, 'at'>, at?: SourceText): void;
}

export function sectionValues(tree: ConfigTree, section: string, collector: Collector): SectionValues {
  const report = (diagnostic: Omit<Diagnostic, 'at'>, source?: SourceText): void => {
    const at = source && placeOf(source);
    collector.add({ ...diagnostic, ...(at && { at }) });
  };
  const text = (option: string): SourceText | undefined => {
    const found = lookUp(tree, section, option);
    if (found.kind === 'failed') collector.add(found.diagnostic);
    return found.kind === 'value' ? found.value : undefined;
  };
  return {
    section,
    report,
    text,
    boolean(option) {
      const value = text(option);
      return value && parseBoolean(value.text);
    },
    integer(option) {
      const value = text(option);
      if (value === undefined) return undefined;
      const number = parseInteger(value.text);
      if (number === undefined) report(badInteger(option, value.text), value);
      return number;
    },
    duration(option) {
      const value = text(option);
      if (value === undefined || value.text === '') return undefined;
      const duration = parseDuration(value.text);
      if (duration.kind === 'duration') return duration.seconds;
      const at = placeOf(value, duration.offset, duration.length) ?? placeOf(value);
      collector.add({ ...badDuration(option, value.text, duration.message), ...(at && { at }) });
      return undefined;
    },
  };
}

function badInteger(option: string, text: string): Omit<Diagnostic, 'at'> {
  return {
    code: 'BAD_INTEGER',
    severity: 'warning',
    message: `${option} = ${text}: a whole number is expected; the option is not set`,
    help: `write digits only, for example ${option} = 5`,
  };
}

function badDuration(option: string, text: string, reason: string): Omit<Diagnostic, 'at'> {
  return {
    code: 'BAD_DURATION',
    severity: 'error',
    message: `${option} = ${text}: ${reason}`,
    help: 'write seconds, or numbers with units (s, m, h, d, w, mo, y), for example 90, 10m, 1d 12h',
  };
}
