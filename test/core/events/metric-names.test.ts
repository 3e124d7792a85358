import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric } from '../../../core/events/metrics.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FLOORS = ['core', 'aws', 'lambdas', 'infra', 'cli', 'local', 'filters', 'hosts'];
/** Where the names stand. */
const TABLE = join('core', 'events') + sep;

const NAMES = [...new Set(Object.values<Metric>(METRICS).map(({ name }) => name))];
/** A name that is an English word may begin a sentence; of several words it is nothing else. */
const WORDS = NAMES.filter((name) => !/[a-z][A-Z]/.test(name));
const COMPOUNDS = NAMES.filter((name) => !WORDS.includes(name));

const BARE = new RegExp(
  [
    // As a whole string, in any quotes.
    `(['"\`])(?:${NAMES.join('|')})\\1`,
    // Anywhere in the text: a query, a template, a comment; unless it is taken from the table.
    `(?<![\\w.])(?:${COMPOUNDS.join('|')})(?!\\w)`,
    // In a query of CloudWatch, or in what the functions wrote.
    `(?:SELECT \\w+\\(|MetricName=\\\\?["'])(?:${NAMES.join('|')})\\b`,
  ].join('|'),
  'g',
);
/** Names on the left of `= METRICS` are the table's own: one that it has not does not compile. */
const TAKEN = /\{[\w\s,]*\} = METRICS\b/g;

/** Names of metrics that a source has of its own. */
function bareNames(source: string): readonly string[] {
  const taken = [...source.matchAll(TAKEN)].flatMap(([names]) => names.match(/\w+/g) ?? []);
  const rest = source.replace(TAKEN, '');
  return [...rest.matchAll(BARE)].map(([found]) => found).filter((found) => !taken.includes(found));
}

function sources(): readonly string[] {
  return FLOORS.flatMap((floor) =>
    readdirSync(join(ROOT, floor), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length)),
  ).filter((file) => !file.startsWith(TABLE));
}

describe('the name of a metric', () => {
  it('stands in core/events alone', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(400);
    const found = files.flatMap((file) =>
      bareNames(readFileSync(join(ROOT, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ["metrics.addMetric('Lines', 'Count', 1);", "'Lines'"],
    ['const name = "BansHeldBack";', '"BansHeldBack"'],
    ['const query = `SELECT MAX(TargetUtilization) FROM "cloudjail"`;', 'SELECT MAX(TargetUtilization'],
    ['const query = "SELECT SUM(Lines) FROM x";', 'SELECT SUM(Lines'],
    ['const one = { TargetOverflow: 1 };', 'TargetOverflow'],
    ['// AttemptsWhileBanned tells of it', 'AttemptsWhileBanned'],
    ['const { Bans } = METRICS; const other = "Bans";', '"Bans"'],
  ])('is found where it stands bare: %s', (source, name) => {
    expect(bareNames(source)).toEqual([name]);
  });

  it.each([
    'ownMetric(METRICS.BansHeldBack, "matcher")',
    'const { Lines, BansHeldBack } = METRICS; use(Lines, BansHeldBack);',
    '/** Bans that have not ended yet. */',
    "const title = 'Bans by jail';",
  ])('is not found in what takes it from the table, nor in plain English: %s', (source) => {
    expect(bareNames(source)).toEqual([]);
  });

  it('is of several words mostly, so that most are found anywhere', () => {
    expect(WORDS.sort()).toEqual(['Attempts', 'Bans', 'Failures', 'Lines', 'Unbans']);
  });
});
