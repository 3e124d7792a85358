import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Article, articles } from '../../cli/explain/articles.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { stackTargets } from '../../core/config/stack-targets.ts';
import { CODES_BY_FAMILY, type DiagnosticCode } from '../../core/diagnostics/codes.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { cloudjail } from '../cli/captured-terminal.ts';

/** Codes that no small configuration brings about, with the reason. */
const WITHOUT_EXAMPLE: Readonly<Partial<Record<DiagnosticCode, string>>> = {
  NO_JAIL_CONF: 'the shipped jail.conf lies below every directory',
  EMPTY_REGEX: 'a file has no value of blanks alone; --set takes one',
  FORGERY_UNKNOWN: 'it depends on how long a search takes on this machine',
  BACKTRACKING_UNKNOWN: 'it depends on how long an analysis takes on this machine',
};

const ALL = articles();
const root = mkdtempSync(join(tmpdir(), 'cloudjail-articles-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Example {
  /** A directory with the files of the article. */
  readonly directory: string;
  /** `jail.local:3`, where the diagnostic stands. */
  readonly place: string | undefined;
  readonly command: readonly string[] | undefined;
}

function exampleOf({ code, text }: Article): Example | undefined {
  const blocks = [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)];
  if (blocks.length === 0) return undefined;
  const directory = join(root, code);
  mkdirSync(directory);
  let place: string | undefined;
  let command: readonly string[] | undefined;
  for (const [, kind, at = '', body = ''] of blocks) {
    if (kind === 'sh') {
      command = body.trim().split(' ').slice(2);
      continue;
    }
    const [file = ''] = at.split(':');
    if (at !== file) place = at;
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), body);
  }
  return { directory, place, command };
}

/** `CODE file:line` of everything that is wrong with the example. */
async function found({ directory, command }: Example): Promise<readonly string[]> {
  if (command === undefined) {
    const { diagnostics } = compileJails(configDirectory(directory), { targets: stackTargets({}) });
    return diagnostics.map(({ code, at }) => (at === undefined ? code : `${code} ${at.file}:${at.line}`));
  }
  const { out, err } = await cloudjail(...command, '--config', directory);
  return [...`${out}${err}`.matchAll(/^\w+\[(\w+)\]: .*(?:\n *--> ([^\n]+):\d+$)?/gm)].map(([, code = '', at]) =>
    at === undefined ? code : `${code} ${at}`,
  );
}

describe('docs/diagnostics', () => {
  it('has an article for each code on the page of its family, and no other', () => {
    const families = [...new Set([...Object.keys(CODES_BY_FAMILY), ...ALL.map(({ family }) => family)])];
    const codesOf = (page: string) => ALL.filter(({ family }) => family === page).map(({ code }) => code);
    expect(Object.fromEntries(families.map((family) => [family, codesOf(family)]))).toEqual(CODES_BY_FAMILY);
  });

  it.each(ALL.map((article) => [article.code, article] as const))('%s: meaning, example, remedy', (code, article) => {
    expect(article.text).toMatch(/^[A-Z`].{20,}[\s\S]*\n\n\*\*Remedy\.\*\* [A-Z`]/);
    expect(article.text.includes('```')).toBe(!(code in WITHOUT_EXAMPLE));
    for (const line of article.text.split('\n')) expect(line.length).toBeLessThanOrEqual(103);
  });

  it.each(ALL.flatMap((article) => (article.code in WITHOUT_EXAMPLE ? [] : [[article.code, article] as const])))(
    '%s: the example brings it about, at its line',
    async (code, article) => {
      const example = exampleOf(article);
      expect(example).toBeDefined();
      if (example === undefined) return;
      const { place } = example;
      const all = await found(example);
      if (place === undefined) expect(all.map((one) => one.replace(/ .*/, ''))).toContain(code);
      else expect(all).toContain(`${code} ${place}`);
    },
  );
});
