import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = '/usr/lib/python3/dist-packages';
const SAMPLES = `${PACKAGES}/fail2ban/tests/files/logs`;

/** Where fail2ban's sample logs are, or `undefined` when it is not installed. */
export const fail2banSamples = existsSync(SAMPLES) ? SAMPLES : undefined;

/** Lines of one log, read one after the other by one date detector. */
export interface Question {
  readonly datepattern: string | null;
  readonly logtimezone: string | null;
  /** Epoch seconds. */
  readonly now: number;
  readonly lines: readonly string[];
}

/** What fail2ban finds in a line: see `oracle.py`. */
export type Fail2banDate =
  | readonly [start: number, end: number, time: number | null]
  | { readonly raised: string }
  | null;

export type Answer = { readonly refused: string } | { readonly found: readonly Fail2banDate[] };

/** Runs fail2ban's date detector over every question, in one Python process. */
export function askFail2ban(questions: readonly Question[]): readonly Answer[] {
  const { stdout, stderr, status } = spawnSync('python3', [fileURLToPath(new URL('oracle.py', import.meta.url))], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: PACKAGES,
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  if (status !== 0) throw new Error(`oracle.py failed: ${stderr}`);
  const answers = stdout.split('\n').filter(Boolean);
  return answers.map((text): Answer => JSON.parse(text));
}
