import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ReplayJob {
  /** The configuration directory; fail2ban's own when absent. */
  readonly config?: string;
  readonly filter: string;
  readonly options: Readonly<Record<string, string>>;
  /** Epoch seconds that dates without a year come before. */
  readonly now: number;
  readonly lines: readonly string[];
}

/**
 * A failure from fail2ban's Filter: ban key, epoch seconds, how many lines are behind it.
 */
export type ToldFailure = readonly [id: string, time: number, matches: number];

/** What fail2ban's own Filter finds on each line of each job. */
export function askFail2ban(jobs: readonly ReplayJob[]): readonly (readonly (readonly ToldFailure[])[])[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const answer = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    maxBuffer: 1 << 28,
  });
  if (answer.status !== 0) throw new Error(`fail2ban's Filter did not run: ${answer.stderr}`);
  return answer.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
