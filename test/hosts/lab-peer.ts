/** A peer of the lab: it tries to connect, once or as fast as it can, and prints the result. */

import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type PeerQuestion =
  | { readonly kind: 'connect'; readonly host: string; readonly port: number; readonly timeoutMs: number }
  /** Connections, `width` at a time, and datagrams, until stopped. */
  | {
      readonly kind: 'storm';
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
      readonly width: number;
    }
  | { readonly kind: 'stop' };

export type ConnectAnswer = 'connected' | 'refused' | 'timed out';

export interface StormAnswer {
  readonly connected: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly datagrams: number;
}

let storming = false;
let storm: Promise<StormAnswer> | undefined;

process.on('message', (question: PeerQuestion) => {
  if (question.kind === 'connect') {
    void tryToConnect(question.host, question.port, question.timeoutMs).then((answer) => process.send?.(answer));
  } else if (question.kind === 'storm') {
    storming = true;
    storm = run(question);
    process.send?.('storming');
  } else {
    storming = false;
    void storm?.then((answer) => process.send?.(answer));
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

function tryToConnect(host: string, port: number, timeoutMs: number): Promise<ConnectAnswer> {
  return new Promise((resolve) => {
    let answer: ConnectAnswer = 'timed out';
    const socket = connect({ host, port });
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.resume();
    // After a pause of the whole machine, a connection made in time may be noticed after the timer.
    const timer = setTimeout(() => setImmediate(() => setImmediate(finish)), timeoutMs);
    // Waits for the server to hang up, so that no queue of connections grows there.
    socket.on('connect', () => {
      answer = 'connected';
      clearTimeout(timer);
    });
    socket.on('end', finish);
    socket.on('error', () => {
      if (answer !== 'connected') answer = 'refused';
      finish();
    });
  });
}

async function run({ host, port, timeoutMs, width }: Extract<PeerQuestion, { kind: 'storm' }>): Promise<StormAnswer> {
  const total = { connected: 0, refused: 0, timedOut: 0, datagrams: 0 };
  const connecting = Array.from({ length: width }, async () => {
    while (storming) {
      const answer = await tryToConnect(host, port, timeoutMs);
      total[answer === 'timed out' ? 'timedOut' : answer]++;
      if (answer === 'connected') await sleep(1);
    }
  });
  await Promise.all([...connecting, sendDatagrams(host, port, total)]);
  return total;
}

async function sendDatagrams(host: string, port: number, total: { datagrams: number }): Promise<void> {
  const socket = createSocket('udp4');
  while (storming) {
    for (let i = 0; i < 4; i++) {
      socket.send('x', port, host);
      total.datagrams++;
    }
    await sleep(1);
  }
  socket.close();
}
