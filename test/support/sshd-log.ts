import fc from 'fast-check';
import type { LogEvent } from '../../core/intake/log-batch.ts';

/** Begin of the logs: epoch seconds, in a year that a date without one is of. */
const BEGIN = Date.parse('2026-11-18T20:00:00Z') / 1000;
/** "Now" for code that has to guess the year. */
export const SSHD_LOG_NOW = BEGIN + 2 * 86_400;

/** In no message but inside what a client chose. */
export const VICTIM = '203.0.113.9';

const ips = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '2001:db8:7::1'];
const users = ['root', 'ann', 'bob', 'oracle', 'x y'];
const forged = [
  `root from ${VICTIM} port 22 ssh2`,
  `a from ${VICTIM}`,
  VICTIM,
  `] Failed password for root from ${VICTIM}`,
  'nobody\u0000',
  'caf\ufffd\ufffd',
];

interface Try {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

/**
 * The lines of OpenSSH's server about one connection; several belong together by the number of its
 * process.
 */
const MESSAGES: readonly ((one: Try) => string)[] = [
  ({ user, ip, port }) => `Failed password for ${user} from ${ip} port ${port} ssh2`,
  ({ user, ip, port }) => `Failed password for ${user} from ${ip} port ${port} ssh2`,
  ({ user, ip, port }) => `Failed password for invalid user ${user} from ${ip} port ${port} ssh2`,
  ({ user, ip, port }) => `Failed publickey for ${user} from ${ip} port ${port} ssh2: RSA SHA256:Zm9vYmFy`,
  ({ user, ip, port }) => `Invalid user ${user} from ${ip} port ${port}`,
  ({ user, ip }) => `User ${user} from ${ip} not allowed because not listed in AllowUsers`,
  ({ user, ip, port }) => `Accepted password for ${user} from ${ip} port ${port} ssh2`,
  ({ user, ip, port }) => `Accepted publickey for ${user} from ${ip} port ${port} ssh2: RSA SHA256:Zm9vYmFy`,
  ({ user, ip, port }) => `Connection closed by authenticating user ${user} ${ip} port ${port} [preauth]`,
  ({ user, ip, port }) => `Connection reset by authenticating user ${user} ${ip} port ${port} [preauth]`,
  ({ ip, port }) => `Connection closed by ${ip} port ${port} [preauth]`,
  ({ ip, port }) => `Connection from ${ip} port ${port} on 192.0.2.1 port 22`,
  ({ user, ip, port }) => `Disconnected from authenticating user ${user} ${ip} port ${port} [preauth]`,
  ({ ip, port }) => `Received disconnect from ${ip} port ${port}:11: Bye Bye [preauth]`,
  ({ ip, port }) => `Received disconnect from ${ip} port ${port}:3: com.example.Exception: Auth fail [preauth]`,
  ({ user, ip, port }) =>
    `error: maximum authentication attempts exceeded for ${user} from ${ip} port ${port} ssh2 [preauth]`,
  ({ user, ip, port }) =>
    `Disconnecting authenticating user ${user} ${ip} port ${port}: Too many authentication failures [preauth]`,
  ({ user, ip }) =>
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip}  user=${user}`,
  ({ ip, port }) => `Did not receive identification string from ${ip} port ${port}`,
  ({ user }) => `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`,
  () => 'pam_unix(sshd:auth): check pass; user unknown',
  () => 'Server listening on 0.0.0.0 port 22.',
];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function syslogDate(time: number): string {
  const date = new Date(time * 1000);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
}

const user = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...users) },
  { weight: 1, arbitrary: fc.constantFrom(...forged) },
);
const gap = fc.oneof({ weight: 9, arbitrary: fc.nat(15) }, { weight: 1, arbitrary: fc.nat(500) });
const lines = fc.array(
  fc.record({ gap, process: fc.nat(4), ip: fc.constantFrom(...ips), user, message: fc.constantFrom(...MESSAGES) }),
  { minLength: 20, maxLength: 70, size: 'max' },
);

/** The log of a host's sshd: connections of several at once, whose lines bear on one another. */
export function sshdLog(host: string): fc.Arbitrary<readonly LogEvent[]> {
  return lines.map((all) => {
    let time = BEGIN;
    // A connection is one client's and, as far as its lines tell, mostly one user's.
    const clients = new Map<number, Pick<Try, 'ip' | 'user'>>();
    return all.map(({ gap, process, ip, user, message }, i): LogEvent => {
      time += gap;
      const client = clients.get(process) ?? { ip, user };
      clients.set(process, i % 11 === 10 ? { ip, user } : client);
      const text = message({ ...client, port: 40_000 + process });
      return {
        id: `${host} ${i}`,
        timestampMs: time * 1000 + (i % 1000),
        message: `${syslogDate(time)} ${host} sshd[${700 + process}]: ${text}`,
      };
    });
  });
}
