import { existsSync } from 'node:fs';
import { openLogFile } from '../input/log-file.ts';
import { readLines } from '../input/read-lines.ts';

/** The LOG argument of `cloudjail regex`: a file, or the lines themselves. */
export interface TestedLines {
  readonly kind: 'file' | 'lines';
  lines(): AsyncIterable<TestedLine>;
}

export interface TestedLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * A file where there is one. A word alone is a file that is missing: no line of a log is a single
 * word.
 *
 * @throws {LogFileError} when the file can't be read
 */
export async function testedLines(log: string): Promise<TestedLines> {
  if (!existsSync(log) && /\s/.test(log)) return { kind: 'lines', lines: () => typed(log) };
  const file = await openLogFile(log);
  return { kind: 'file', lines: () => readLines(file) };
}

async function* typed(log: string): AsyncGenerator<TestedLine> {
  for (const [index, text] of log.split('\n').entries()) yield { number: index + 1, text };
}
