/**
 * dynalite as an engine: operations in, answers out, without a second HTTP hop. Nothing can reach
 * its tables but the emulator in front of it. It also takes several times the writes a second.
 */

import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import { ServiceError } from './service-error.ts';

/** Runs one operation. Throws ServiceError for an error answer. */
export type DynamoDbEngine = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

/** dynalite wants a signed request, and verifies no signature. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=l/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=l',
};

/** An engine with no tables, in memory. */
export function createDynaliteEngine(): DynamoDbEngine {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return async (operation, input) => {
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve) => {
      const headers = { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` };
      const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
      const response = {
        statusCode: 200,
        setHeader() {},
        end(body: string) {
          resolve({ status: response.statusCode, body });
        },
      };
      server.emit('request', request, response);
      request.emit('data', Buffer.from(JSON.stringify(input)));
      request.emit('end');
    });
    const answer = JSON.parse(body) as Record<string, unknown>;
    if (status === 200) return answer;
    throw toServiceError(status, answer);
  };
}

function toServiceError(status: number, answer: Record<string, unknown>): ServiceError {
  const type = String(answer['__type']);
  const split = type.indexOf('#') + 1;
  const message = String(answer['message'] ?? answer['Message'] ?? '');
  return new ServiceError(type.slice(split), message, { status, namespace: type.slice(0, split) });
}
