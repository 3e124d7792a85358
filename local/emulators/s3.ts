/**
 * S3 objects on the loopback interface: whole objects, ETags, conditional reads and writes.
 * Path-style requests only, as SDKs send them to an IP address.
 */

import { createHash, randomUUID } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import type { CallLog } from './call-log.ts';
import { signedRegion } from './credential-scope.ts';
import type { FaultPlan } from './faults.ts';
import { type HttpReply, type HttpRequest, startLoopbackServer } from './loopback-server.ts';
import { type EmulatorOptions, emulatorContext, serveCall } from './serve-call.ts';
import { ServiceError } from './service-error.ts';
import { element } from './xml.ts';

interface StoredObject {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /**
   * The headers of the PutObject that a GetObject gives back: content-type, cache-control,
   * checksums, metadata.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** The console's view of objects, for reads and changes. */
interface ObjectsByHand {
  createBucket(name: string): void;
  get(bucket: string, key: string): StoredObject | undefined;
  put(bucket: string, key: string, body: string): void;
  remove(bucket: string, key: string): void;
}

export interface S3 {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  readonly objects: ObjectsByHand;
  close(): Promise<void>;
}

type Outcome = Extract<HttpReply, { kind: 'reply' }>;
type Buckets = Map<string, Map<string, StoredObject>>;

const MAX_OBJECT_BYTES = 64 << 20;
const KEPT_HEADERS =
  /^(?:content-(?:type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.+|x-amz-checksum-(?!mode).+)$/;

/** Starts the emulator on a free port, without buckets. */
export async function startS3(options: EmulatorOptions = {}): Promise<S3> {
  const context = emulatorContext(options);
  const buckets: Buckets = new Map();
  const service = {
    handle: (call: AwsCall) => handle(call, buckets, context.now()),
    conflict() {
      const message = 'A conflicting conditional operation is currently in progress against this resource.';
      throw new ServiceError('ConditionalRequestConflict', message, { status: 409 });
    },
    throttled: () => new ServiceError('SlowDown', 'Please reduce your request rate.', { status: 503 }),
    failed: () => new ServiceError('InternalError', 'We encountered an internal error.', { status: 500 }),
  };
  async function answer(request: HttpRequest): Promise<HttpReply> {
    const call = decode(request);
    if (call instanceof ServiceError) return errorReply(call, request.method);
    const delivery = await serveCall(service, call, context);
    if (delivery.kind === 'error') return errorReply(delivery.error, request.method);
    return delivery.kind === 'output' ? delivery.output : delivery;
  }
  const { endpoint, close } = await startLoopbackServer(answer, { maxBodyBytes: MAX_OBJECT_BYTES });
  return { endpoint, close, faults: context.faults, calls: context.calls, objects: handWork(buckets, context.now) };
}

const OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

function decode(request: HttpRequest): AwsCall | ServiceError {
  const { method, url, headers, body } = request;
  const [path = '', query] = url.split('?');
  const [, bucket = '', ...key] = path.split('/').map(decodeURIComponent);
  const operation = OPERATIONS[method];
  if (operation === undefined || bucket === '' || key.join('') === '') {
    return new ServiceError('NotImplemented', 'This emulator serves single objects.', { status: 501 });
  }
  if (headers['content-encoding']?.includes('aws-chunked') === true) {
    return new ServiceError('NotImplemented', 'This emulator takes no chunked uploads.', { status: 501 });
  }
  try {
    const kept = Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name));
    const conditions = { IfMatch: headers['if-match'], IfNoneMatch: headers['if-none-match'] };
    const input: ObjectInput = {
      Bucket: bucket,
      Key: key.join('/'),
      ...conditions,
      Body: body,
      Headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      ChecksumMode: headers['x-amz-checksum-mode']?.toString(),
    };
    return { service: 's3', operation, input, region: signedRegion(signature(headers, query), 's3') };
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

/** A presigned URL carries the Authorization header's fields in its query. */
function signature(headers: HttpRequest['headers'], query: string | undefined): HttpRequest['headers'] {
  const credential = new URLSearchParams(query).get('X-Amz-Credential');
  return credential === null ? headers : { authorization: `AWS4-HMAC-SHA256 Credential=${credential}` };
}

type ObjectInput = {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfMatch: string | undefined;
  readonly IfNoneMatch: string | undefined;
  readonly Body: Buffer;
  readonly Headers: Readonly<Record<string, string>>;
  readonly ChecksumMode: string | undefined;
};

function handle({ operation, input }: AwsCall, buckets: Buckets, now: number): Outcome {
  const { Bucket, Key, Body, Headers, ChecksumMode, ...conditions } = input as ObjectInput;
  const objects = buckets.get(Bucket);
  if (objects === undefined) {
    throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
  }
  const object = objects.get(Key);
  if (operation === 'DeleteObject') {
    objects.delete(Key);
    return { kind: 'reply', status: 204, headers: responseHeaders(), body: '' };
  }
  if (operation !== 'PutObject') {
    return withoutUnaskedChecksums(read(object, conditions, operation === 'HeadObject'), ChecksumMode);
  }
  refuseUnmet(object, conditions);
  const stored = newObject(Body, Headers, now);
  objects.set(Key, stored);
  return { kind: 'reply', status: 200, headers: { ...responseHeaders(), etag: stored.etag }, body: '' };
}

type Conditions = Pick<ObjectInput, 'IfMatch' | 'IfNoneMatch'>;

/** S3 user guide, "How to prevent object overwrites with conditional writes". */
function refuseUnmet(object: StoredObject | undefined, { IfMatch, IfNoneMatch }: Conditions): void {
  if (IfMatch !== undefined && object === undefined) throw noSuchKey();
  const unmet = (IfMatch !== undefined && IfMatch !== object?.etag) || (IfNoneMatch === '*' && object !== undefined);
  if (unmet) throw preconditionFailed();
}

function read(object: StoredObject | undefined, { IfMatch, IfNoneMatch }: Conditions, headOnly: boolean): Outcome {
  if (object === undefined) throw noSuchKey();
  if (IfMatch !== undefined && IfMatch !== object.etag) throw preconditionFailed();
  const headers = {
    ...responseHeaders(),
    ...object.headers,
    etag: object.etag,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
  };
  if (IfNoneMatch === object.etag) return { kind: 'reply', status: 304, headers, body: '' };
  if (headOnly)
    return {
      kind: 'reply',
      status: 200,
      headers: { ...headers, 'content-length': String(object.body.length) },
      body: '',
    };
  return { kind: 'reply', status: 200, headers, body: object.body };
}

/**
 * Checksums are returned only on request (GetObject and HeadObject, `x-amz-checksum-mode:
 * ENABLED`).
 */
function withoutUnaskedChecksums(reply: Outcome, mode: string | undefined): Outcome {
  if (mode === 'ENABLED') return reply;
  const headers = Object.entries(reply.headers ?? {}).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return { ...reply, headers: Object.fromEntries(headers) };
}

function newObject(body: Buffer, headers: Readonly<Record<string, string>>, modifiedAt: number): StoredObject {
  return { body, headers, modifiedAt, etag: `"${createHash('md5').update(body).digest('hex')}"` };
}

function handWork(buckets: Buckets, now: () => number): ObjectsByHand {
  function bucketOf(name: string): Map<string, StoredObject> {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new Error(`no bucket ${name}`);
    return bucket;
  }
  return {
    createBucket: (name) => void buckets.set(name, buckets.get(name) ?? new Map()),
    get: (bucket, key) => bucketOf(bucket).get(key),
    put: (bucket, key, body) => void bucketOf(bucket).set(key, newObject(Buffer.from(body), {}, now())),
    remove: (bucket, key) => void bucketOf(bucket).delete(key),
  };
}

function noSuchKey(): ServiceError {
  return new ServiceError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
}

function preconditionFailed(): ServiceError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new ServiceError('PreconditionFailed', message, { status: 412 });
}

function errorReply(error: ServiceError, method: string): Outcome {
  const headers = { ...responseHeaders(), 'content-type': 'application/xml' };
  const xml = element('Error', { Code: error.code, Message: error.message, RequestId: headers['x-amz-request-id'] });
  const body = method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
  return { kind: 'reply', status: error.status, headers, body };
}

function responseHeaders() {
  return { 'x-amz-request-id': randomUUID() };
}
