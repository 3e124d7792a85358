import { describe, expect, it } from 'vitest';
import { type HttpReply, startLoopbackServer } from '../../../local/emulators/loopback-server.ts';

const OK: HttpReply = { kind: 'reply', status: 200, headers: {}, body: 'ok' };

describe('startLoopbackServer', () => {
  it('answers whole requests', async () => {
    const server = await startLoopbackServer(
      async ({ method, url, body }) => ({ ...OK, body: `${method} ${url} ${body.toString()}` }) as HttpReply,
      { maxBodyBytes: 10 },
    );
    const response = await fetch(`${server.endpoint}/a?b`, { method: 'POST', body: '0123456789' });
    expect(await response.text()).toBe('POST /a?b 0123456789');
    await server.close();
  });

  it('refuses a body that is too long', async () => {
    const server = await startLoopbackServer(async () => OK, { maxBodyBytes: 10 });
    const response = await fetch(server.endpoint, { method: 'POST', body: '01234567890' });
    expect(response.status).toBe(413);
    await server.close();
  });

  it('lets a running request end before it closes, and is closed then', async () => {
    const arrived = deferred();
    const server = await startLoopbackServer(
      async () => {
        arrived.resolve();
        await new Promise((resolve) => setTimeout(resolve, 30));
        return OK;
      },
      { maxBodyBytes: 10 },
    );
    const response = fetch(server.endpoint);
    await arrived.promise;
    await Promise.all([server.close(), server.close()]);
    expect(await (await response).text()).toBe('ok');
    await expect(fetch(server.endpoint)).rejects.toThrow();
  });

  it('closes although a caller waits for an answer that never comes', async () => {
    const arrived = deferred();
    const server = await startLoopbackServer(
      async () => {
        setImmediate(arrived.resolve);
        return { kind: 'silent' };
      },
      { maxBodyBytes: 10 },
    );
    const hung = fetch(server.endpoint).catch((error: unknown) => error);
    await arrived.promise;
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(500);
    expect(await hung).toBeInstanceOf(Error);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
