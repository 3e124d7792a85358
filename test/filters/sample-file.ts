import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of a sample log and what a filter must find on it. */
export interface Sample {
  /** `sshd.log:12`, for messages. */
  readonly place: string;
  readonly text: string;
  /** Filter arguments the line is to be read with, one entry a reading: `''`, `mode=ddos`. */
  readonly variants: readonly string[];
  /** `undefined`: nothing may be found. */
  readonly expected: Expectation | undefined;
}

interface Expectation {
  readonly id: string;
  readonly user?: string;
  /** ISO 8601, UTC. */
  readonly time?: string;
}

const FOLDER = fileURLToPath(new URL('samples/', import.meta.url));

/** Names of the filters that have samples. */
export function sampledFilters(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.log$/, ''));
}

/**
 * The samples of a filter. In the file, `# expect: none` or `# expect: {"id": …}` stands above each
 * line; `# with: a=b | c=d` sets the variants of all lines down to the next one, an empty variant
 * being the filter without arguments; other `#` lines are remarks.
 */
export function readSamples(filter: string): readonly Sample[] {
  const samples: Sample[] = [];
  let variants = [''];
  let expected: Expectation | 'none' | undefined;
  for (const [index, text] of readFileSync(`${FOLDER}${filter}.log`, 'utf8').split('\n').entries()) {
    const place = `${filter}.log:${index + 1}`;
    const directive = /^# (with|expect):(.*)$/.exec(text);
    if (directive?.[1] === 'with') variants = (directive[2] ?? '').split(/ \|(?= |$)/).map((one) => one.trim());
    else if (directive?.[1] === 'expect') expected = expectation(directive[2] ?? '', place);
    else if (text !== '' && !text.startsWith('#')) {
      if (expected === undefined) throw new Error(`${place}: no expectation stands above the line`);
      samples.push({ place, text, variants, expected: expected === 'none' ? undefined : expected });
      expected = undefined;
    }
  }
  return samples;
}

function expectation(text: string, place: string): Expectation | 'none' {
  if (text.trim() === 'none') return 'none';
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'id' in value) return value as Expectation;
  throw new Error(`${place}: an expectation is none, or {"id": "…"} with "user" and "time" if they matter`);
}
