import { spawn, spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authLog } from './auth-log.ts';
import { apacheErrorLog, nginxAccessLog } from './web-logs.ts';

const LAUNCHER = fileURLToPath(new URL('../../cli/cloudjail.mjs', import.meta.url));
const SSHGUARD_PARSERS = ['/usr/libexec/sshguard/sshg-parser', '/usr/lib/sshguard/sshg-parser'];
const AUTH_LINES = 1_000_000;
const WEB_LINES = 1_000_000;
const ATTACK_EVERY = 10;
const ROUNDS = 3;

/** A program at work on a log. */
interface Run {
  readonly seconds: number;
  /** Of its memory, at most; `undefined` where the system does not provide it. */
  readonly megabytes: number | undefined;
}

/** What ran beside it, in lines a second. */
interface Beside {
  readonly name: string;
  readonly speed: number;
}

/**
 * `cloudjail replay` on generated logs, beside fail2ban-regex and sshguard's parser on the same
 * files. Speeds are those of the whole process; for cloudjail also without its start (the
 * difference to a log of one line), and sustained (the difference between ten million lines and
 * one), when all code is compiled.
 */
export async function replayBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-bench-'));
  try {
    console.log(`\nreplay of an auth log, ${count(AUTH_LINES)} lines, 10 % attack lines, sshd:`);
    const auth = writeLog(join(folder, 'auth.log'), texts(authLog(AUTH_LINES, ATTACK_EVERY)));
    const { seconds, besides } = await compare(folder, auth, AUTH_LINES, 'sshd', { sshguard: true });
    const tenfold = writeLog(join(folder, 'tenfold.log'), texts(authLog(10 * AUTH_LINES, ATTACK_EVERY)));
    const long = await best(() => replay(tenfold, 'sshd'));
    const sustained = (9 * AUTH_LINES) / (long.seconds - seconds);
    say('cloudjail replay, ten times the lines', 10 * AUTH_LINES, long, `; sustained ${count(sustained)} lines/s`);
    for (const { name, speed } of besides) console.log(`    ${(sustained / speed).toFixed(1)} × ${name}`);
    rmSync(tenfold);
    for (const [jail, lines] of [
      ['nginx-botsearch', nginxAccessLog(WEB_LINES, ATTACK_EVERY)],
      ['apache-auth', apacheErrorLog(WEB_LINES, ATTACK_EVERY)],
    ] as const) {
      console.log(`\nreplay of a web server's log, ${count(WEB_LINES)} lines, 10 % attack lines, ${jail}:`);
      await compare(folder, writeLog(join(folder, `${jail}.log`), lines), WEB_LINES, jail, { sshguard: false });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  folder: string,
  log: string,
  lines: number,
  jail: string,
  { sshguard }: { readonly sshguard: boolean },
): Promise<{ readonly seconds: number; readonly besides: readonly Beside[] }> {
  const [first = ''] = readFileSync(log, 'latin1').slice(0, 10_000).split('\n');
  const oneLine = writeLog(join(folder, 'one.log'), [first]);
  const whole = await best(() => replay(log, jail));
  const start = await best(() => replay(oneLine, jail));
  const started = lines / Math.max(0.001, whole.seconds - start.seconds);
  say('cloudjail replay', lines, whole, `; ${count(started)} lines/s after a start of ${start.seconds.toFixed(2)} s`);
  const besides: Beside[] = [];
  const beside = (name: string, run: Run): void => {
    const speed = lines / run.seconds;
    besides.push({ name, speed });
    const ratios = `${(started / speed).toFixed(1)} × (with its start ${(run.seconds / whole.seconds).toFixed(1)} ×)`;
    say(name, lines, run, `; cloudjail is ${ratios} as fast`);
  };
  if (spawnSync('fail2ban-regex', ['-V']).status !== 0) console.log('  fail2ban-regex: not installed, skipped');
  else beside('fail2ban-regex', await run('fail2ban-regex', ['--usedns=no', log, jail]));
  const parser = sshguard && SSHGUARD_PARSERS.find((path) => spawnSync(path, [], { input: '' }).status === 0);
  if (parser) beside("sshguard's parser", await best(() => run(parser, [], log)));
  else if (sshguard) console.log("  sshguard's parser: not installed, skipped");
  return { seconds: whole.seconds, besides };
}

function replay(log: string, jail: string): Promise<Run> {
  return run(process.execPath, [LAUNCHER, 'replay', '--json', '--jail', jail, log]);
}

async function best(measure: () => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await measure());
  return runs.reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
}

/** @param input a file for its standard input */
function run(command: string, args: readonly string[], input?: string): Promise<Run> {
  const start = performance.now();
  const stdin = input === undefined ? ('ignore' as const) : openSync(input, 'r');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: [stdin, 'ignore', 'inherit'] });
    let megabytes: number | undefined;
    const watch = setInterval(() => {
      megabytes = peakOf(child.pid) ?? megabytes;
    }, 10);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (typeof stdin === 'number') closeSync(stdin);
      if (code !== 0) reject(new Error(`${command} ended with ${code}`));
      else resolve({ seconds: (performance.now() - start) / 1000, megabytes });
    });
  });
}

/** The process's peak so far, from Linux. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    // It has just ended, or this is not Linux.
    return undefined;
  }
}

function say(name: string, lines: number, { seconds, megabytes }: Run, rest = ''): void {
  const memory = megabytes === undefined ? '' : `, peak ${megabytes.toFixed(0)} MB`;
  console.log(`  ${name}: ${seconds.toFixed(2)} s, ${count(lines / seconds)} lines/s${memory}${rest}`);
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

function* texts(lines: Iterable<{ readonly text: string }>): Generator<string> {
  for (const { text } of lines) yield text;
}

const WRITTEN_AT_ONCE = 10_000;

/** The file's path. */
function writeLog(path: string, lines: Iterable<string>): string {
  const file = openSync(path, 'w');
  let waiting: string[] = [];
  const write = (): void => {
    if (waiting.length > 0) writeSync(file, `${waiting.join('\n')}\n`);
    waiting = [];
  };
  for (const line of lines) if (waiting.push(line) >= WRITTEN_AT_ONCE) write();
  write();
  // Else the disk is still at it while others are measured.
  fsyncSync(file);
  closeSync(file);
  return path;
}
