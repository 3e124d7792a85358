import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMatch } from '../../core/compile/compile-match.ts';
import type { ConfigFiles } from '../../core/config/config-files.ts';
import { readFilter } from '../../core/config/read-filter.ts';
import { banKey } from '../../core/match/ban-key.ts';
import { createEvaluator, type LineEvaluator } from '../../core/match/evaluate.ts';
import type { FoundFailure } from '../../core/match/find-failures.ts';
import { canonicalAddress } from '../../core/net/address.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import {
  FAIL2BAN_CONFIG,
  filterArguments,
  holds,
  readSamples,
  type Sample,
  type SampleOptions,
  TEST_CONFIG,
} from './sample-corpus.ts';

/** What went wrong with a check, empty when nothing did. */
export interface FilterResult {
  readonly checks: number;
  /** `place variant`: what is wrong */
  readonly differences: readonly { readonly name: string; readonly reason: string }[];
}

/** 2005-08-14T10:00:00Z, the day the corpus takes for today (fail2ban/tests/utils.py: TEST_NOW). */
const NOW = 1_124_013_600;
/** The zone the corpus's local times are in. */
const ZONE = 'Europe/Zurich';
/** What the clock on the wall showed then, as if it were UTC. */
const LOCAL_NOW = NOW + 2 * 3600;

/**
 * A zone with summer time can't be a jail's `logtimezone`, so local times are compared as they
 * read: a date without a zone is taken as UTC. The second evaluator takes it as UTC+1; where the
 * two agree on a time, the line gave its zone.
 */
interface Variant {
  readonly evaluator: LineEvaluator;
  readonly elsewhere: LineEvaluator;
  readonly regexes: readonly string[];
  readonly used: Set<number>;
}

/** Runs a filter's samples as fail2ban's own suite does (fail2ban/tests/samplestestcase.py). */
export function checkFilter(filter: string): FilterResult {
  const variants = new Map<string, Variant>();
  const usedAnywhere = new Set<string>();
  const differences: { name: string; reason: string }[] = [];
  let checks = 0;
  for (const sample of readSamples(filter)) {
    for (const options of sample.variants) {
      if (sample.expected.constraint && !holds(sample.expected.constraint, filter, options)) continue;
      checks++;
      const key = JSON.stringify(filterArguments(options));
      const variant = variants.get(key) ?? openVariant(filter, options);
      variants.set(key, variant);
      const reason = check(sample, options, variant);
      for (const index of variant.used) usedAnywhere.add(variant.regexes[index] ?? '');
      if (reason) differences.push({ name: `${sample.place} ${key}`, reason });
    }
  }
  for (const [key, { regexes, used }] of variants) {
    for (const [index, regex] of regexes.entries()) {
      if (used.has(index) || usedAnywhere.has(regex)) continue;
      differences.push({ name: `${filter} ${key}`, reason: `failregex ${index} matches no sample: ${regex}` });
    }
  }
  return { checks, differences };
}

function openVariant(name: string, options: SampleOptions): Variant {
  const args = Object.entries(filterArguments(options)).map(([option, value]) => `${option}="${value}"`);
  const { filter } = readFilter(name.startsWith('zzz-') ? testFilters() : stockFilters(), `${name}[${args.join(',')}]`);
  if (!filter) throw new Error(`filter ${name} can't be read`);
  const evaluator = (logtimezone: string): LineEvaluator => {
    const { match, diagnostics } = compileMatch(filter, { usedns: 'warn', logtimezone });
    if (!match) throw new Error(`filter ${name} can't be compiled: ${JSON.stringify(diagnostics)}`);
    return createEvaluator(match, LOCAL_NOW);
  };
  const regexes = filter.failregex.map(({ value }) => value);
  return { evaluator: evaluator('UTC'), elsewhere: evaluator('UTC+0100'), regexes, used: new Set() };
}

function stockFilters(): ConfigFiles {
  return configDirectory(FAIL2BAN_CONFIG);
}

/** The test filters include a stock file by a path that holds only in fail2ban's source tree. */
function testFilters(): ConfigFiles {
  const stock = stockFilters();
  return {
    ...stock,
    read(path) {
      if (!path.startsWith('filter.d/zzz-') || !path.endsWith('.conf')) return stock.read(path);
      const text = readFileSync(join(TEST_CONFIG, path), 'utf8');
      return text.replace(/^(before *= *).*\/([^/\n]+)$/m, '$1$2');
    },
  };
}

function check(sample: Sample, options: SampleOptions, variant: Variant): string | undefined {
  const { expected } = sample;
  const journal = options['logtype'] === 'journal';
  const line = journal ? (options['test.prefix-line'] ?? '') + sample.line : sample.line;
  const { found, time } = variant.evaluator.evaluate(line, journal ? LOCAL_NOW : undefined);
  const elsewhere = variant.elsewhere.evaluate(line, journal ? LOCAL_NOW : undefined);
  for (const { regex } of found) variant.used.add(regex);
  const reason = compare(expected, found.filter(isFailure));
  if (reason || !expected.match || !expected.time) return reason;
  // One of the corpus's days has a single digit.
  const local = Date.parse(`${expected.time.replace(/-(\d)T/, '-0$1T')}Z`) / 1000;
  const zoned = time === elsewhere.time && time !== LOCAL_NOW;
  const wanted = zoned ? local - 60 * zurichOffset(expected.time) : local;
  return time === wanted ? undefined : `time is ${time}, not ${wanted}`;
}

function isFailure({ groups, nofail }: FoundFailure): boolean {
  return !nofail && ['fid', 'ip4', 'ip6', 'dns'].some((group) => groups[group] !== undefined);
}

function compare(expected: Sample['expected'], found: readonly FoundFailure[]): string | undefined {
  const [failure, another] = found;
  if (!failure) return expected.match ? 'does not match' : undefined;
  if (!expected.match) return `matches failregex ${failure.regex}`;
  if (another) return `matches failregex ${found.map(({ regex }) => regex).join(' and ')}`;
  for (const [key, value] of Object.entries(expected)) {
    if (['time', 'match', 'desc', 'constraint'].includes(key)) continue;
    const actual = actualValue(key, failure);
    if (!equal(actual, value)) return `${key} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`;
  }
  return undefined;
}

function actualValue(key: string, { groups, users, matches }: FoundFailure): unknown {
  if (key === 'users') return users;
  if (groups[key] !== undefined) return groups[key];
  if (key === 'attempts') return matches.length;
  if (key !== 'host') return undefined;
  const ban = banKey(groups, 'raw');
  return ban.kind === 'name' ? ban.name : ban.kind === 'not-an-address' ? ban.text : ban.id;
}

function equal(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(actual)) return JSON.stringify([...actual].sort()) === JSON.stringify([...(expected as [])].sort());
  if (actual === expected || (actual === undefined && expected === null)) return true;
  return typeof expected === 'string' && typeof actual === 'string' && canonicalAddress(expected) === actual;
}

/** Minutes east of UTC on a local date; the corpus has no time near a change of them. */
function zurichOffset(localTime: string): 60 | 120 {
  const zone = new Intl.DateTimeFormat('en', { timeZone: ZONE, timeZoneName: 'longOffset' });
  return zone.format(new Date(`${localTime}Z`)).endsWith('+02:00') ? 120 : 60;
}
