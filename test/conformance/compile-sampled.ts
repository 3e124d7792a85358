import { compileMatch } from '../../core/compile/compile-match.ts';
import { readFilter } from '../../core/config/read-filter.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { FAIL2BAN_CONFIG, type SampleOptions } from './sample-corpus.ts';

/**
 * A stock filter with its arguments, compiled. Host names are kept as they are: nothing is resolved
 * in a test.
 */
export function compileSampled(filter: string, options: SampleOptions): CompiledMatch {
  const args = Object.entries(options).map(([name, value]) => `${name}="${value}"`);
  const reading = readFilter(configDirectory(FAIL2BAN_CONFIG), `${filter}[${args.join(',')}]`);
  const { match, diagnostics } = reading.filter
    ? compileMatch(reading.filter, { usedns: 'raw', logtimezone: undefined })
    : { match: undefined, diagnostics: reading.diagnostics };
  if (!match) throw new Error(`${filter} does not compile: ${JSON.stringify(diagnostics)}`);
  return match;
}
