/**
 * A server and two peers in network namespaces of their own, joined by virtual cables. Nothing of
 * it is seen outside: the server has its own /etc, /run, /var/lib and /usr/local/sbin, and all ends
 * with the process that made it. Needs root, or a kernel that lets anyone make user namespaces.
 */

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROOTLESS = process.getuid?.() !== 0;
/** How to get into the user namespace as well. */
const AS_USER = ROOTLESS ? ['--user', '--preserve-credentials'] : [];

/** The server listens here, on TCP and UDP. */
export const SERVER_PORT = 2222;

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Place {
  /** Runs a command to its end, whatever that is. */
  run(command: string, ...args: string[]): Promise<Finished>;
  /** Starts a TypeScript program of this folder that talks over IPC. */
  start(program: string): Promise<ChildProcess>;
}

export interface Lab {
  readonly server: Place;
  /** 198.51.100.66 and 2001:db8:bad::66; for it the server is 198.51.100.1 and 2001:db8:bad::1. */
  readonly bad: Place;
  /** 203.0.113.5 and 2001:db8:600d::5; for it the server is 203.0.113.1 and 2001:db8:600d::1. */
  readonly good: Place;
  close(): Promise<void>;
}

/** Why there can be no lab here; `undefined` when there can. */
export function labImpossible(): { readonly missing: 'programs' | 'namespaces'; readonly why: string } | undefined {
  const lacking = missingPrograms('nft', 'ip', 'unshare', 'nsenter', 'curl', 'mount');
  if (lacking.length > 0) return { missing: 'programs', why: `not installed: ${lacking.join(', ')}` };
  const attempt = 'ip link add veth0 type veth peer name veth1 && nft add table inet t && mount -t tmpfs none /run';
  const result = spawnSync('unshare', [...unshareOptions(), 'sh', '-c', attempt], {
    env: withSbin(),
    encoding: 'utf8',
  });
  if (result.status === 0) return undefined;
  return { missing: 'namespaces', why: `this machine forbids network namespaces: ${result.stderr.trim()}` };
}

/** Those of the programs that are not installed. */
export function missingPrograms(...names: string[]): readonly string[] {
  return names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`], { env: withSbin() }).status !== 0);
}

function unshareOptions(): string[] {
  return [...(ROOTLESS ? ['--map-root-user'] : []), '--net', '--mount'];
}

export async function openLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-lab-'));
  const children: ChildProcess[] = [];
  const hold = async (...command: string[]): Promise<number> => {
    const child = spawnHolder(command);
    children.push(child);
    return await isReady(child);
  };
  const serverPid = await hold('unshare', ...unshareOptions(), 'cat');
  const inUser = ROOTLESS ? ['nsenter', '--target', String(serverPid), ...AS_USER] : [];
  const peerPids = [await hold(...inUser, 'unshare', '--net', 'cat'), await hold(...inUser, 'unshare', '--net', 'cat')];
  const [badPid = 0, goodPid = 0] = peerPids;
  const server = place(serverPid, ['--net', '--mount'], children);
  const bad = place(badPid, ['--net'], children);
  const good = place(goodPid, ['--net'], children);
  const close = async () => {
    for (const child of children.reverse()) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await mustRun(server, ownFiles(folder));
    await mustRun(server, cables(badPid, goodPid));
    await mustRun(bad, peerAddresses('198.51.100.66/24', '2001:db8:bad::66/64', '2001:db8:bad::1'));
    await mustRun(good, peerAddresses('203.0.113.5/24', '2001:db8:600d::5/64', '2001:db8:600d::1'));
  } catch (error) {
    await close();
    throw error;
  }
  return { server, bad, good, close };
}

const ownFiles = (folder: string) => `
  cp -a /etc ${folder}/etc 2>/dev/null || true
  rm -rf ${folder}/etc/cloudjail
  mkdir -p ${folder}/etc/systemd/system
  mount --bind ${folder}/etc /etc
  for path in /run /var/lib /usr/local/sbin; do mount -t tmpfs none $path; done`;

/**
 * Known on both sides: a neighbor that is dropped cannot be discovered, and is looked for a second
 * after it could be.
 */
const MAC = { server: '02:00:00:00:00:01', peer: '02:00:00:00:00:02' };

const cables = (badPid: number, goodPid: number) => `
  ip link set lo up
  ip link add bad address ${MAC.server} type veth peer name eth0 address ${MAC.peer} netns ${badPid}
  ip link add good address ${MAC.server} type veth peer name eth0 address ${MAC.peer} netns ${goodPid}
  ip address add 198.51.100.1/24 dev bad
  ip address add 2001:db8:bad::1/64 dev bad nodad
  ip address add 203.0.113.1/24 dev good
  ip address add 2001:db8:600d::1/64 dev good nodad
  ip link set bad up
  ip link set good up
  ip neighbor add 2001:db8:bad::66 lladdr ${MAC.peer} dev bad
  ip neighbor add 2001:db8:600d::5 lladdr ${MAC.peer} dev good`;

const peerAddresses = (ipv4: string, ipv6: string, server: string) => `
  ip link set lo up
  ip address add ${ipv4} dev eth0
  ip address add ${ipv6} dev eth0 nodad
  ip link set eth0 up
  ip neighbor add ${server} lladdr ${MAC.server} dev eth0`;

async function mustRun(at: Place, script: string): Promise<void> {
  const { status, stderr } = await at.run('sh', '-ec', script);
  if (status !== 0) throw new Error(`the lab could not be built: ${stderr}`);
}

/** It keeps a namespace alive; it ends when we do, however we do. */
function spawnHolder([command = '', ...args]: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: withSbin() });
}

/** What we write to `cat` comes back when it runs, so when the namespaces are there. */
async function isReady(child: ChildProcess): Promise<number> {
  child.stdin?.write('ready\n');
  if (child.stdout) await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('a namespace could not be made');
  return child.pid;
}

function place(pid: number, namespaces: readonly string[], children: ChildProcess[]): Place {
  const enter = ['--target', String(pid), ...AS_USER, ...namespaces, `--wd=${ROOT}`, '--'];
  return {
    run: (command, ...args) =>
      new Promise((resolve) => {
        execFile('nsenter', [...enter, command, ...args], { env: withSbin() }, (error, stdout, stderr) => {
          resolve({ status: error === null ? 0 : Number(error.code ?? 255), stdout, stderr });
        });
      }),
    async start(program) {
      const path = fileURLToPath(new URL(program, import.meta.url));
      const child = spawn('nsenter', [...enter, process.execPath, '--import', 'tsx', path], {
        env: withSbin(),
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child.setMaxListeners(0);
      children.push(child);
      await nextMessage(child);
      return child;
    },
  };
}

export function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, NODE_NO_WARNINGS: '1' };
}

/** Sends a question to a started program and waits for its answer; one at a time. */
export async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  const answer = nextMessage(child);
  child.send(question);
  return (await answer) as Answer;
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([status]) =>
    Promise.reject(new Error(`a program of the lab ended: ${status}`)),
  );
  const [value] = await Promise.race([once(child, 'message'), ended]);
  return value;
}
