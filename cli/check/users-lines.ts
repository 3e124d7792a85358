import { openLogFile } from '../input/log-file.ts';
import { readLines } from '../input/read-lines.ts';
import type { UsersLine } from './prove-patterns.ts';

/**
 * Of one file: each is matched against every jail, and those that match are sent to CloudWatch, 50
 * a call.
 */
const MOST_LINES = 20_000;

/**
 * The lines of log files, each once.
 *
 * @param remark called with a file that is not read to its end
 * @throws {LogFileError} when one can't be read
 */
export async function usersLines(
  paths: readonly string[],
  remark: (text: string) => void,
): Promise<readonly UsersLine[]> {
  const lines = new Map<string, UsersLine>();
  for (const path of paths) {
    for await (const { number, text } of readLines(await openLogFile(path))) {
      if (number > MOST_LINES) {
        remark(`${path}: the first ${MOST_LINES.toLocaleString('en')} lines are tried, and no more\n`);
        break;
      }
      if (!lines.has(text)) lines.set(text, { line: text, file: path });
    }
  }
  return [...lines.values()];
}
