import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * What a story needs to play: a clock, a syslog, a server, and clients that speak from an address
 * of their own.
 */
export interface Stage {
  /** Resolves when the story's clock reaches this many seconds; at once when it has passed. */
  at(seconds: number): Promise<void>;
  pause(seconds: number): Promise<void>;
  /**
   * One connection that answers each password prompt with the next word; ends refused, as all the
   * words are wrong.
   */
  guess(from: string, user: string, words: readonly string[]): Promise<void>;
  /** One connection by password: the wrong words first, then the right one; runs `command`. */
  logIn(from: string, user: string, options?: { wrongFirst?: readonly string[]; command?: string }): Promise<void>;
  /** One connection that offers these keys, in order. */
  offerKeys(from: string, user: string, keys: readonly string[], command?: string): Promise<void>;
  /** Connects, sends the text if there is any, and leaves. */
  probe(from: string, text?: string): Promise<void>;
  /** A client so old that the server finds no key exchange in common. */
  negotiateOldKeyExchange(from: string): Promise<void>;
  /** Runs a command as root on the server. */
  run(command: string, ...args: readonly string[]): Promise<void>;
}

export interface StageOptions {
  /** Where the log goes. */
  readonly output: string;
  /** How many story seconds pass in one real second. */
  readonly pace: number;
  /** Directory that record.sh prepared: keys, password, sshd_config. */
  readonly scratch: string;
  readonly hostname: string;
  readonly server: { readonly ipv4: string; readonly ipv6: string };
  /** Every address of the story, the server's included: the loopback device gets them. */
  readonly addresses: readonly string[];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Gives out the addresses, starts the syslog and sshd; the caller ends the process when the story
 * is over.
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { pace, scratch, server } = options;
  const start = Date.now();
  const elapsed = () => ((Date.now() - start) / 1000) * pace;
  const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, (seconds / pace) * 1000));

  writeFileSync(options.output, '');
  await receiveSyslog('/dev/log', (message) => {
    const text = /^<\d+>\w{3} [ \d]\d [\d:]{8} (.*?)\n?$/s.exec(message)?.[1] ?? message;
    appendFileSync(options.output, `${stamp(start + elapsed() * 1000)} ${options.hostname} ${text}\n`);
  });
  for (const address of options.addresses) {
    await finished('ip', ['address', 'add', address, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : [])], {});
  }
  spawn('/usr/sbin/sshd', ['-D', '-f', join(scratch, 'sshd_config')], { stdio: 'inherit' });
  await pause(2 * pace);

  const rightPassword = readFileSync(join(scratch, 'password'), 'utf8').trim();
  const target = (from: string) => (from.includes(':') ? server.ipv6 : server.ipv4);
  const ssh = (from: string, user: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    finished('ssh', ['-F', 'none', '-b', from, '-l', user, ...CLIENT_OPTIONS, ...args], env);
  const byPassword = (from: string, user: string, words: readonly string[], command: string) =>
    ssh(from, user, [...passwordOptions(words), target(from), command], answeringPrompts(scratch, words));

  return {
    at: (seconds) => pause(Math.max(0, seconds - elapsed())),
    pause,
    guess: (from, user, words) => byPassword(from, user, words, 'true'),
    logIn: (from, user, { wrongFirst = [], command = 'true' } = {}) =>
      byPassword(from, user, [...wrongFirst, rightPassword], command),
    offerKeys: (from, user, keys, command = 'true') => {
      const files = keys.flatMap((key) => ['-i', join(scratch, `key-${key}`)]);
      return ssh(from, user, [...files, '-o', 'PreferredAuthentications=publickey', target(from), command]);
    },
    negotiateOldKeyExchange: (from) =>
      ssh(from, 'root', ['-o', 'KexAlgorithms=diffie-hellman-group1-sha1', target(from), 'true']),
    probe: (from, text) =>
      new Promise((resolve) => {
        const socket = createConnection({ host: target(from), port: 22, localAddress: from });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        socket.once('data', () => (text === undefined ? socket.end() : socket.end(text)));
      }),
    run: (command, ...args) => finished(command, args, {}),
  };
}

const CLIENT_OPTIONS = [
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'IdentitiesOnly=yes'],
  ...['-o', 'LogLevel=ERROR'],
];

function passwordOptions(words: readonly string[]): string[] {
  const prompts = `NumberOfPasswordPrompts=${words.length}`;
  return ['-o', 'PreferredAuthentications=password', '-o', prompts, '-o', 'IdentityFile=none'];
}

let promptFiles = 0;

/** ssh asks an SSH_ASKPASS program once a prompt: this one hands out the words in turn. */
function answeringPrompts(scratch: string, words: readonly string[]): NodeJS.ProcessEnv {
  promptFiles += 1;
  const list = join(scratch, `words-${promptFiles}`);
  const program = join(scratch, `ask-${promptFiles}`);
  writeFileSync(list, `${words.join('\n')}\n`);
  writeFileSync(program, `#!/bin/sh\nhead -n 1 ${list}\nsed -i 1d ${list}\n`);
  chmodSync(program, 0o755);
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' };
}

function finished(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/**
 * glibc's syslog() falls back to a stream socket, with a NUL behind each message, when /dev/log
 * takes no datagrams.
 */
function receiveSyslog(path: string, receive: (message: string) => void): Promise<void> {
  const syslog = createServer((socket) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      messages.forEach(receive);
    });
  });
  return new Promise((resolve) => {
    syslog.listen(path, () => {
      chmodSync(path, 0o666);
      resolve();
    });
  });
}

function stamp(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}
