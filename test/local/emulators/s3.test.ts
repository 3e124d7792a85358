import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type S3, startS3 } from '../../../local/emulators/s3.ts';

const SIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
};
let s3: S3;

beforeEach(async () => {
  s3 = await startS3({ now: () => 1_700_000_000_000 });
  s3.objects.createBucket('lists');
});

afterEach(() => s3.close());

function send(method: string, headers: Record<string, string> = {}, body?: string, path = '/lists/v4/plain.txt') {
  const request = { method, headers: { ...SIGNED, ...headers } };
  return fetch(`${s3.endpoint}${path}`, body === undefined ? request : { ...request, body });
}

function put(body: string, headers: Record<string, string> = {}) {
  return send('PUT', headers, body);
}

async function errorOf(response: Response): Promise<[number, string | undefined]> {
  return [response.status, /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1]];
}

const etagOf = (body: string) => `"${createHash('md5').update(body).digest('hex')}"`;

describe('objects', () => {
  it('come back with what they were put with', async () => {
    const headers = { 'content-type': 'text/plain', 'cache-control': 'max-age=60', 'x-amz-meta-version': '7' };
    const stored = await put('192.0.2.1/32\n', headers);
    expect([stored.status, stored.headers.get('etag')]).toEqual([200, etagOf('192.0.2.1/32\n')]);
    const read = await send('GET');
    expect(await read.text()).toBe('192.0.2.1/32\n');
    const back = Object.fromEntries(read.headers);
    expect(back).toMatchObject({ ...headers, etag: etagOf('192.0.2.1/32\n') });
    expect(back['last-modified']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
    const head = await send('HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '13', '']);
  });

  it('show their checksums to who asks for them', async () => {
    await put('one', { 'x-amz-checksum-sha256': 'digest=' });
    const asked = await send('HEAD', { 'x-amz-checksum-mode': 'ENABLED' });
    const shown = (response: Response) => response.headers.get('x-amz-checksum-sha256');
    expect([shown(asked), shown(await send('HEAD')), shown(await send('GET'))]).toEqual(['digest=', null, null]);
  });

  it('are not there, or their bucket is not', async () => {
    expect(await errorOf(await send('GET'))).toEqual([404, 'NoSuchKey']);
    expect((await send('HEAD')).status).toBe(404);
    expect(await errorOf(await send('GET', {}, undefined, '/nowhere/x'))).toEqual([404, 'NoSuchBucket']);
    expect(await errorOf(await send('GET', {}, undefined, '/lists'))).toEqual([501, 'NotImplemented']);
    await put('x');
    expect((await send('DELETE')).status).toBe(204);
    expect((await send('DELETE')).status).toBe(204);
    expect(s3.objects.get('lists', 'v4/plain.txt')).toBeUndefined();
  });

  it('are there for presigned URLs', async () => {
    await put('x');
    const credential = encodeURIComponent('local/20260101/us-east-1/s3/aws4_request');
    const url = `${s3.endpoint}/lists/v4/plain.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}`;
    expect(await (await fetch(url)).text()).toBe('x');
    expect((await fetch(`${s3.endpoint}/lists/v4/plain.txt?x=1`)).status).toBe(403);
  });

  it('have keys of any characters', async () => {
    await send('PUT', {}, 'x', '/lists/a%20b%2B%C3%A9');
    expect(s3.objects.get('lists', 'a b+é')?.body.toString()).toBe('x');
  });
});

describe('conditions', () => {
  it('let the first of many writers create an object', async () => {
    const results = await Promise.all(['a', 'b', 'c'].map((body) => put(body, { 'if-none-match': '*' })));
    expect(results.map((response) => response.status).sort()).toEqual([200, 412, 412]);
  });

  it('let a writer replace what it has read, and nothing else', async () => {
    await put('one');
    expect((await put('two', { 'if-match': etagOf('one') })).status).toBe(200);
    expect(await errorOf(await put('three', { 'if-match': etagOf('one') }))).toEqual([412, 'PreconditionFailed']);
    s3.objects.remove('lists', 'v4/plain.txt');
    expect(await errorOf(await put('three', { 'if-match': etagOf('two') }))).toEqual([404, 'NoSuchKey']);
  });

  it('spare a reader what it has', async () => {
    await put('one');
    expect((await send('GET', { 'if-none-match': etagOf('one') })).status).toBe(304);
    expect((await send('GET', { 'if-match': etagOf('two') })).status).toBe(412);
  });
});

describe('faults', () => {
  it.each([
    ['throttle', 503, 'SlowDown'],
    ['internal-error', 500, 'InternalError'],
    ['conflict', 409, 'ConditionalRequestConflict'],
  ] as const)('%s', async (kind, status, code) => {
    s3.faults.inject({ operation: 'PutObject', fault: { kind } });
    expect(await errorOf(await put('x'))).toEqual([status, code]);
    expect(s3.objects.get('lists', 'v4/plain.txt')).toBeUndefined();
  });

  it('lose the answer to a write that was done', async () => {
    s3.faults.inject({ when: (input) => input['Key'] === 'v4/plain.txt', fault: { kind: 'crash-after-write' } });
    await expect(put('x')).rejects.toThrow();
    expect(s3.objects.get('lists', 'v4/plain.txt')?.body.toString()).toBe('x');
    s3.objects.put('lists', 'v4/plain.txt', 'by hand');
    expect(await (await send('GET')).text()).toBe('by hand');
  });

  it('is not for those who have not signed for S3', async () => {
    expect(await errorOf(await fetch(`${s3.endpoint}/lists/x`))).toEqual([403, 'MissingAuthenticationTokenException']);
  });
});
