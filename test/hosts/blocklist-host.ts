/**
 * The lab's server as an operator sees it: lists published by the banner's target, install.sh, and
 * who gets through.
 */

import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { ConnectAnswer, PeerQuestion, StormAnswer } from './lab-peer.ts';
import type { ServerAnswer, ServerQuestion } from './lab-server.ts';
import { ask, type Finished, type Lab, openLab, SERVER_PORT } from './network-lab.ts';

export const INSTALL = fileURLToPath(new URL('../../hosts/install.sh', import.meta.url));
export const UPDATE = '/usr/local/sbin/cloudjail-blocklist';
const CREDENTIAL = encodeURIComponent('local/20260101/us-east-1/s3/aws4_request');

export const BAD = { ipv4: '198.51.100.66', ipv6: '2001:db8:bad::/64' };
const ADDRESSES = {
  bad: { ipv4: '198.51.100.1', ipv6: '2001:db8:bad::1' },
  good: { ipv4: '203.0.113.1', ipv6: '2001:db8:600d::1' },
} as const;

type PeerName = keyof typeof ADDRESSES;

/**
 * Stands in for systemctl where no systemd runs: notes its arguments, and runs the service when
 * requested.
 */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>/run/systemctl.log
[ "$*" != 'start cloudjail-blocklist.service' ] || $(sed -n 's/^ExecStart=//p' /etc/systemd/system/cloudjail-blocklist.service)
`;

export class BlocklistHost {
  readonly lab: Lab;
  readonly #program: ChildProcess;
  readonly #peers: Readonly<Record<PeerName, ChildProcess>>;

  static async open(): Promise<BlocklistHost> {
    const lab = await openLab();
    try {
      const [program, bad, good] = await Promise.all([
        lab.server.start('./lab-server.ts'),
        lab.bad.start('./lab-peer.ts'),
        lab.good.start('./lab-peer.ts'),
      ]);
      const host = new BlocklistHost(lab, program, { bad, good });
      await host.shell(`printf '%s' '${SYSTEMCTL.replaceAll("'", "'\\''")}' >/usr/local/sbin/systemctl
        chmod +x /usr/local/sbin/systemctl`);
      return host;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  private constructor(lab: Lab, program: ChildProcess, peers: Readonly<Record<PeerName, ChildProcess>>) {
    this.lab = lab;
    this.#program = program;
    this.#peers = peers;
  }

  /** Runs a script on the server that must succeed. @returns what it printed */
  async shell(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.server.run('sh', '-ec', `PATH=/usr/local/sbin:$PATH; ${script}`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  }

  ask(question: ServerQuestion): Promise<ServerAnswer> {
    return ask(this.#program, question);
  }

  /** The banner publishes a list of these. */
  async ban(...ids: string[]): Promise<void> {
    await this.ask({ kind: 'ban', ids });
  }

  async put(text: string): Promise<void> {
    await this.ask({ kind: 'put', key: 'fleet/banned.txt', text });
  }

  /** A presigned URL of a published object. */
  async url(file = 'banned.txt'): Promise<string> {
    const { endpoint } = await this.ask({ kind: 'requests' });
    return `${endpoint}/lists/fleet/${file}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${CREDENTIAL}`;
  }

  install(...options: string[]): Promise<Finished> {
    const script = 'PATH=/usr/local/sbin:$PATH exec sh "$@"';
    return this.lab.server.run('sh', '-c', script, 'sh', INSTALL, ...options);
  }

  update(): Promise<Finished> {
    return this.lab.server.run(UPDATE);
  }

  connect(who: PeerName, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<ConnectAnswer> {
    // Refused at once or accepted at once; what is dropped would be answered never.
    const timeoutMs = who === 'bad' ? 250 : 5_000;
    return ask(
      this.#peers[who],
      question({ kind: 'connect', host: ADDRESSES[who][family], port: SERVER_PORT, timeoutMs }),
    );
  }

  /** @returns a function that ends it and returns the result */
  async storm(who: PeerName, timeoutMs: number, width: number): Promise<() => Promise<StormAnswer>> {
    const peer = this.#peers[who];
    await ask(peer, question({ kind: 'storm', host: ADDRESSES[who].ipv4, port: SERVER_PORT, timeoutMs, width }));
    return () => ask(peer, question({ kind: 'stop' }));
  }

  /** Back to a server on which nothing was ever installed. */
  async reset(): Promise<void> {
    await this.shell(`nft flush ruleset
      for each in iptables ip6tables; do if command -v $each >/dev/null; then $each -t raw -F; fi; done
      if command -v ipset >/dev/null; then ipset destroy; fi
      rm -rf /etc/cloudjail /var/lib/cloudjail ${UPDATE} /etc/systemd/system/cloudjail-* /run/systemctl.log
      mkdir -p /run/systemd/system`);
    await this.ban();
  }
}

function question(value: PeerQuestion): PeerQuestion {
  return value;
}
