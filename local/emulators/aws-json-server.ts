/**
 * The AWS JSON 1.0 and 1.1 protocols over the loopback server (smithy.io, "AWS JSON 1.1 protocol").
 */

import { randomUUID } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import { signedRegion } from './credential-scope.ts';
import { type HttpReply, type HttpRequest, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import { type EmulatedService, type EmulatorContext, serveCall } from './serve-call.ts';
import { ServiceError } from './service-error.ts';

export interface JsonProtocol {
  /** Name in the credential scope. */
  readonly service: string;
  /** Prefix of the X-Amz-Target header: `AWSWAF_20190729`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly maxBodyBytes: number;
}

/** Starts a service that speaks AWS JSON. Close it to free the port. */
export function startAwsJsonServer(
  protocol: JsonProtocol,
  service: EmulatedService<object>,
  context: EmulatorContext,
): Promise<LoopbackServer> {
  const contentType = `application/x-amz-json-${protocol.version}`;

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const call = decode(request, protocol);
    if (call instanceof ServiceError) return errorReply(call, contentType);
    const delivery = await serveCall(service, call, context);
    if (delivery.kind === 'output') return jsonReply(200, delivery.output, contentType);
    if (delivery.kind === 'error') return errorReply(delivery.error, contentType);
    return delivery;
  }

  return startLoopbackServer(answer, { maxBodyBytes: protocol.maxBodyBytes });
}

function decode(request: HttpRequest, protocol: JsonProtocol): AwsCall | ServiceError {
  const [prefix, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (request.method !== 'POST' || prefix !== protocol.target || operation === undefined) {
    return new ServiceError('UnknownOperationException', '');
  }
  try {
    const region = signedRegion(request.headers, protocol.service);
    return { service: protocol.service, operation, input: parseInput(request.body), region };
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function parseInput(body: Buffer): AwsCall['input'] {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as AwsCall['input'];
  } catch {
    // Answered below, as any body that is not an object.
  }
  throw new ServiceError('SerializationException', '');
}

function errorReply(error: ServiceError, contentType: string): HttpReply {
  const body = { __type: `${error.namespace}${error.code}`, ...error.members, message: error.message };
  return jsonReply(error.status, body, contentType);
}

function jsonReply(status: number, body: object, contentType: string): HttpReply {
  const headers = { 'content-type': contentType, 'x-amzn-requestid': randomUUID() };
  return { kind: 'reply', status, headers, body: JSON.stringify(body) };
}
