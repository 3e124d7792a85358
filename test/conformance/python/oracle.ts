import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Python whose `re` is the reference: the first in PATH. */
export const PYTHON = 'python3';

/** The distribution's Python, for which fail2ban is installed. */
export const FAIL2BAN_PYTHON = '/usr/bin/python3';

/** `[3, 11, 7]`; `undefined` when there is no Python, or one that knows less syntax than 3.11. */
export function pythonVersion(): readonly [number, number, number] | undefined {
  const { status, stdout } = spawnSync(PYTHON, ['-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0, micro = 0] = stdout?.split('.').map((part) => Number.parseInt(part, 10)) ?? [];
  return status === 0 && (major > 3 || minor >= 11) ? [major, minor, micro] : undefined;
}

/**
 * Whether the tests that need `what` can run. Where it is missing they are skipped with a line that
 * reports it; in CI, where it must be there, they fail.
 */
export function available(what: string, present: boolean): boolean {
  if (!present && process.env['CI'] === 'true') {
    throw new Error(`${what} must be installed in CI`);
  }
  if (!present) {
    console.warn(`SKIPPED, for want of ${what}: the tests that compare with it`);
  }
  return present;
}

/** The path of a script in this folder. */
export function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export interface RegexQuestion {
  readonly pattern: string;
  readonly multiline?: boolean;
  readonly ignoreCase?: boolean;
  readonly subjects: readonly string[];
}

export interface RegexMatch {
  readonly span: readonly [start: number, end: number];
  readonly groups: Readonly<Record<string, string | null>>;
}

export type RegexAnswer =
  | { readonly error: string }
  | { readonly matches: readonly (RegexMatch | null)[] }
  | { readonly unanswered: true };

interface Waiting {
  readonly resolve: (answer: RegexAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A Python process that answers what `re` finds; one for a whole run. */
export class RegexOracle {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];

  constructor() {
    this.#process = spawn(PYTHON, [script('regex_oracle.py')]);
    this.#process.stderr.pipe(process.stderr);
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line));
    });
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new Error(`the Python oracle ended with ${code}`));
      }
    });
  }

  ask(question: RegexQuestion): Promise<RegexAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  close(): void {
    this.#process.stdin.end();
  }
}
