import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** A version of an object. */
export interface TextHead {
  readonly etag: string;
  /**
   * Base64, as S3 computed it; absent when the object was put without one, which means by another
   * writer.
   */
  readonly sha256: string | undefined;
}

export interface TextContent extends TextHead {
  readonly text: string;
}

/**
 * @returns `undefined` when there is no such object. S3 reports that only to callers with
 *   `s3:ListBucket`; others get "Access Denied", which is thrown
 */
export async function readText(client: S3Client, { bucket, key }: ObjectName): Promise<TextContent | undefined> {
  const answer = await unlessMissing(client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
  if (!answer) return undefined;
  const text = (await answer.Body?.transformToString('utf-8')) ?? '';
  return { text, etag: etagOf(answer.ETag, key), sha256: sha256(text) };
}

/**
 * Like `readText`, without the content: the SHA-256 shows whether it equals what we would write. An
 * ETag can't show it, because with SSE-KMS it is no digest.
 */
export async function headText(client: S3Client, { bucket, key }: ObjectName): Promise<TextHead | undefined> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  const answer = await unlessMissing(client.send(command));
  return answer && { etag: etagOf(answer.ETag, key), sha256: answer.ChecksumSHA256 };
}

/**
 * Writes the text, unless the object holds it already or changed since `before` was read. It makes
 * one PutObject at most, on condition of the ETag (`If-Match`), or of no object (`If-None-Match:
 * *`).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @returns `conflict` when another writer changed, deleted or is writing the object: read again
 */
export async function replaceText(
  client: S3Client,
  { bucket, key }: ObjectName,
  text: string,
  before: TextHead | undefined,
): Promise<'written' | 'unchanged' | 'conflict'> {
  const digest = sha256(text);
  if (before?.sha256 === digest) return 'unchanged';
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentType: 'text/plain; charset=utf-8',
        // Caches between S3 and the hosts must revalidate each time; an unchanged object costs a
        // 304.
        CacheControl: 'no-cache',
        ChecksumSHA256: digest,
        ...(before ? { IfMatch: before.etag } : { IfNoneMatch: '*' }),
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof S3ServiceException && LOST_RACES.has(error.name)) return 'conflict';
    throw error;
  }
}

/** 412, 409 and 404: the object changed, is being written, is gone. */
const LOST_RACES: ReadonlySet<string> = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // The answer to HEAD has no body, so it names no error.
    if (error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound'))
      return undefined;
    throw error;
  }
}

function etagOf(etag: string | undefined, key: string): string {
  if (etag === undefined) throw new Error(`S3 sent no ETag for ${key}`);
  return etag;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
