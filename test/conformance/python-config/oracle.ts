import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/**
 * fail2ban's own reader is there to be asked. In CI its absence is a failure; elsewhere the suite
 * is skipped, loudly.
 */
export const installed = existsSync('/usr/lib/python3/dist-packages/fail2ban') && existsSync('/etc/fail2ban/jail.conf');

if (!installed) {
  const message = 'fail2ban is not installed: the comparison of configurations with fail2ban itself is skipped';
  if (process.env['CI'] === 'true') throw new Error(`${message} (apt-get install fail2ban)`);
  console.warn(`\n*** ${message} ***\n`);
}

export interface OracleError {
  readonly type: string;
  readonly message: string;
  readonly line: number | null;
}

/** The settings that fail2ban's server would get for one jail. */
export interface OracleJail {
  readonly backend: string;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly actions: readonly string[];
  readonly ignoreip: readonly string[];
  readonly logpath: readonly string[];
  readonly journalmatch: readonly (readonly string[])[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface OracleJails {
  readonly jails: Readonly<Record<string, OracleJail>>;
  readonly skipped: readonly string[];
  readonly general: Readonly<Record<string, unknown>>;
}

export type Answer<T> = { readonly error: OracleError } | (T & { readonly error?: never });

/** fail2ban's reader in a process of its own, answering one question after the other. */
export interface Oracle {
  ask<T>(question: { readonly op: string } & Record<string, unknown>): Promise<Answer<T>>;
  stop(): void;
}

export function startOracle(): Oracle {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'oracle.py');
  const child: ChildProcessWithoutNullStreams = spawn(PYTHON, [script]);
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the oracle stopped: ${complaint}`));
  });
  return {
    async ask(question) {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      });
      return JSON.parse(line);
    },
    stop: () => child.stdin.end(),
  };
}
