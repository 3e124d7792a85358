import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where Debian's fail2ban package keeps what the suite reads; nothing of it is in this repository
 * (GPL-2.0-or-later).
 */
export const FAIL2BAN_CONFIG = '/etc/fail2ban';
const TESTS = '/usr/lib/python3/dist-packages/fail2ban/tests';
const SAMPLES = join(TESTS, 'files', 'logs');
/** Filters of fail2ban's own test suite, for constructs that no stock filter has. */
export const TEST_CONFIG = join(TESTS, 'config');

/** A filter's bracket arguments, and directives to the harness that start with `test.`. */
export type SampleOptions = Readonly<Record<string, string>>;

/** The annotation above a sample line. */
interface Expectation {
  readonly match?: boolean;
  readonly time?: string;
  readonly desc?: string;
  readonly constraint?: string;
  readonly [group: string]: unknown;
}

export interface Sample {
  readonly place: string;
  readonly line: string;
  readonly expected: Expectation;
  readonly variants: readonly SampleOptions[];
}

export function corpusInstalled(): boolean {
  return [SAMPLES, TEST_CONFIG, FAIL2BAN_CONFIG].every((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory(),
  );
}

/** Every filter that fail2ban's suite has samples for. */
export function sampledFilters(): readonly string[] {
  const stock = readdirSync(join(FAIL2BAN_CONFIG, 'filter.d'))
    .filter((name) => name.endsWith('.conf') && !name.endsWith('common.conf') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.conf'.length));
  return [...stock, 'zzz-generic-example', 'zzz-sshd-obsolete-multiline'].sort();
}

const DIRECTIVE = /^#+ ?(failJSON|fileOptions|filterOptions|addFILE):([^\n]+)$/;

/**
 * The sample lines of a filter with what is expected of them, in the order in which state carries
 * from one to the next.
 */
export function readSamples(filter: string): readonly Sample[] {
  const samples: Sample[] = [];
  const files = [filter];
  let common: SampleOptions = {};
  let variants: readonly SampleOptions[] = [];
  for (const file of files) {
    const lines = readFileSync(join(SAMPLES, file), 'utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    let ignoring = false;
    for (let number = 0; number < lines.length; number++) {
      const text = lines[number] ?? '';
      const [, directive, json] = DIRECTIVE.exec(text) ?? [];
      if (directive === 'fileOptions') common = JSON.parse(json ?? '');
      else if (directive === 'addFILE') files.push(JSON.parse(json ?? ''));
      else if (directive === 'filterOptions') {
        ({ variants, ignoring } = optionsOf(JSON.parse(json ?? ''), common, filter));
      } else {
        if (directive === undefined && (ignoring || text.startsWith('#') || text.trim() === '')) continue;
        const expected: Expectation = directive === undefined ? {} : JSON.parse(json ?? '');
        if (directive !== undefined) number++;
        if (ignoring) continue;
        if (variants.length === 0) variants = [{}];
        const line = (lines[number] ?? '').replace(/[\r\n]+$/, '');
        samples.push({ place: `${file}:${number + 1}`, line, expected, variants });
      }
    }
  }
  return samples;
}

/** Every set of filter arguments that a filter's samples are for, each once. */
export function sampleVariants(filter: string): readonly SampleOptions[] {
  const options = readSamples(filter).flatMap(({ variants }) => variants.map(filterArguments));
  return [...new Map(options.map((one) => [JSON.stringify(one), one])).values()];
}

/** A sample log as it is, annotations included. */
export function readSampleLines(filter: string): readonly string[] {
  return readFileSync(join(SAMPLES, filter), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''));
}

function optionsOf(directive: SampleOptions | readonly SampleOptions[], common: SampleOptions, filter: string) {
  const variants: SampleOptions[] = [];
  let ignoring = false;
  for (const own of Array.isArray(directive) ? directive : [directive]) {
    const options: SampleOptions = { ...common, ...own };
    const condition = options['test.condition'];
    if (condition) ignoring = !holds(condition, filter, options);
    if (!ignoring) variants.push(options);
  }
  return { variants, ignoring };
}

/** The three forms of Python expression that the corpus has. */
export function holds(expression: string, filter: string, options: SampleOptions): boolean {
  const [, name] = /^name ?== ?'([^']*)'$/.exec(expression) ?? [];
  if (name !== undefined) return filter === name;
  const [, option, operator, value] = /^opts\.get\('(\w+)'\) ([!=]=) '([^']*)'$/.exec(expression) ?? [];
  if (option === undefined) throw new Error(`unknown condition in the corpus: ${expression}`);
  return (options[option] === value) === (operator === '==');
}

/** The options that are the filter's own. */
export function filterArguments(options: SampleOptions): SampleOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !name.startsWith('test.')));
}
