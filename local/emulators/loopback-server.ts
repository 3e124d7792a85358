/**
 * A small HTTP server on the loopback interface: whole requests in, whole replies out, connections
 * kept alive, and the two ways of not answering that a fault needs.
 */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type HttpReply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  /** The connection is dropped without an answer. */
  | { readonly kind: 'dropped' }
  /** The connection is left open without an answer. */
  | { readonly kind: 'silent' };

export interface LoopbackServer {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  /**
   * Takes no more connections, lets running requests end (for a second at most), and frees the
   * port.
   */
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** Longer bodies are answered with 413. */
  readonly maxBodyBytes: number;
  /** Port to listen on; a free one by default. */
  readonly port?: number | undefined;
}

const GRACE_MS = 1_000;

export async function startLoopbackServer(
  answer: (request: HttpRequest) => Promise<HttpReply>,
  options: LoopbackOptions,
): Promise<LoopbackServer> {
  const silent = new Set<Socket>();
  const server = createServer((request, response) => {
    void exchange(request, response, answer, options.maxBodyBytes, silent);
  });
  // An SDK may keep an idle connection longer than Node's five seconds; cutting it would race with
  // its next request.
  server.keepAliveTimeout = 0;
  let closing: Promise<void> | undefined;
  server.on('request', (_request, response: ServerResponse) => {
    response.on('close', () => {
      if (closing !== undefined) setImmediate(() => server.closeIdleConnections());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  function shut(): Promise<void> {
    return new Promise((resolve, reject) => {
      const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      server.close((error) => {
        clearTimeout(force);
        if (error === undefined) resolve();
        else reject(error);
      });
      for (const socket of silent) socket.destroy();
      server.closeIdleConnections();
    });
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: HttpRequest) => Promise<HttpReply>,
  maxBodyBytes: number,
  silent: Set<Socket>,
): Promise<void> {
  const body = await readBody(request, maxBodyBytes);
  if (body.kind === 'aborted') return;
  if (body.kind === 'too-large') {
    response.writeHead(413, { connection: 'close', 'content-length': '0' }).end();
    return;
  }
  const { method = 'GET', url = '/', headers } = request;
  const reply = await answer({ method, url, headers, body: body.bytes }).catch(bug);
  if (reply.kind === 'dropped') {
    request.socket.destroy();
  } else if (reply.kind === 'silent') {
    silent.add(request.socket);
    request.socket.once('close', () => silent.delete(request.socket));
  } else {
    const length = String(Buffer.byteLength(reply.body));
    response.writeHead(reply.status, { 'content-length': length, ...reply.headers }).end(reply.body);
  }
}

/** Prints the error with its stack, because an SDK shows only the status. */
function bug(error: unknown): HttpReply {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`Emulator failed: ${text}`);
  return { kind: 'reply', status: 500, headers: { 'content-type': 'text/plain' }, body: text };
}

type Body = { kind: 'whole'; bytes: Buffer } | { kind: 'too-large' } | { kind: 'aborted' };

function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        chunks.length = 0;
        resolve({ kind: 'too-large' });
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve({ kind: 'whole', bytes: Buffer.concat(chunks, Math.min(length, maxBytes)) }));
    request.on('error', () => resolve({ kind: 'aborted' }));
    request.on('close', () => resolve({ kind: 'aborted' }));
  });
}
