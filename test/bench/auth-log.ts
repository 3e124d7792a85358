/**
 * A server's auth log as it comes off a busy day: every `attackEvery`-th line is a failed login.
 */
export function* authLog(
  lines: number,
  attackEvery: number,
  start = 1_765_000_000,
): Generator<{ time: number; text: string }> {
  const random = lcg(42);
  for (let i = 0; i < lines; i++) {
    const time = start + Math.floor(i / 20);
    const prefix = `${syslogTime(time)} web-${i % 7} `;
    yield { time, text: prefix + (attackEvery > 0 && i % attackEvery === 0 ? attack(i, random) : ordinary(i, random)) };
  }
}

function attack(i: number, random: () => number): string {
  // A few attackers at a time, each for a while, as in a real log.
  const attacker = Math.floor(i / 5000) * 8 + Math.floor(random() * 8);
  const ip = `${20 + (attacker >> 12)}.${(attacker >> 6) & 63}.${attacker & 63}.7`;
  const port = 1024 + Math.floor(random() * 60_000);
  return random() < 0.5
    ? `sshd[${port}]: Failed password for root from ${ip} port ${port} ssh2`
    : `sshd[${port}]: Failed password for invalid user admin${port % 97} from ${ip} port ${port} ssh2`;
}

function ordinary(i: number, random: () => number): string {
  const pid = 1000 + Math.floor(random() * 60_000);
  switch (i % 5) {
    case 0:
      return `CRON[${pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`;
    case 1:
      return `sshd[${pid}]: Accepted publickey for deploy from 20.1.2.3 port ${pid} ssh2: ED25519 SHA256:${pid}abcdefghijklmnop`;
    case 2:
      return `systemd-logind[612]: New session ${pid} of user deploy.`;
    case 3:
      return `sudo:   deploy : TTY=pts/0 ; PWD=/srv/app ; USER=root ; COMMAND=/usr/bin/systemctl restart app-${pid % 13}`;
    default:
      return `sshd[${pid}]: pam_unix(sshd:session): session closed for user deploy`;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export function syslogTime(time: number): string {
  const date = new Date(time * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}

/** The same "random" numbers in every run. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
