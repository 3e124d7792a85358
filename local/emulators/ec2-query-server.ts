/** The EC2 Query protocol over the loopback server (smithy.io, "AWS EC2 query protocol"). */

import { randomUUID } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import { signedRegion } from './credential-scope.ts';
import { type HttpReply, type HttpRequest, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import { type EmulatedService, type EmulatorContext, serveCall } from './serve-call.ts';
import { ServiceError } from './service-error.ts';
import { element, type XmlValue } from './xml.ts';

const VERSION = '2016-11-15';
const NAMESPACE = ` xmlns="http://ec2.amazonaws.com/doc/${VERSION}/"`;
const MAX_BODY_BYTES = 1 << 20;

/** An answer: its members under the names they have on the wire. */
export type Ec2Answer = { readonly [member: string]: XmlValue };

/**
 * Starts a service that speaks EC2 Query. A call's input has the parameters under their query
 * names, lists as arrays and every value as text: `{ NetworkAclId: 'acl-1', PortRange: { From: '22'
 * }, Filter: [{ Name: 'vpc-id', Value: ['vpc-1'] }] }`.
 */
export function startEc2QueryServer(
  service: EmulatedService<Ec2Answer>,
  context: EmulatorContext,
): Promise<LoopbackServer> {
  async function answer(request: HttpRequest): Promise<HttpReply> {
    const requestId = randomUUID();
    const call = decode(request);
    if (call instanceof ServiceError) return errorReply(call, requestId);
    const delivery = await serveCall(service, call, context);
    if (delivery.kind === 'error') return errorReply(delivery.error, requestId);
    if (delivery.kind !== 'output') return delivery;
    return xmlReply(200, element(`${call.operation}Response`, { requestId, ...delivery.output }, NAMESPACE));
  }
  return startLoopbackServer(answer, { maxBodyBytes: MAX_BODY_BYTES });
}

function decode(request: HttpRequest): AwsCall | ServiceError {
  try {
    const region = signedRegion(request.headers, 'ec2');
    const parameters = new URLSearchParams(request.body.toString('utf8'));
    const operation = parameters.get('Action') ?? '';
    if (parameters.get('Version') !== VERSION) throw new ServiceError('InvalidAction', 'The version is not valid');
    parameters.delete('Action');
    parameters.delete('Version');
    return { service: 'ec2', operation, input: parseParameters(parameters), region };
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

type Node = Map<string, Node | string>;

/** `A.1.B=x` becomes `{ A: [{ B: 'x' }] }`. */
export function parseParameters(parameters: URLSearchParams): AwsCall['input'] {
  const root: Node = new Map();
  for (const [path, value] of parameters) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let node = root;
    for (const name of names) {
      const next = node.get(name);
      const child: Node = next instanceof Map ? next : new Map();
      node.set(name, child);
      node = child;
    }
    node.set(last, value);
  }
  return Object.fromEntries([...root].map(([name, node]) => [name, plain(node)]));
}

function plain(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  const entries = [...node];
  if (entries.every(([name]) => /^\d+$/.test(name))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => plain(child));
  }
  return Object.fromEntries(entries.map(([name, child]) => [name, plain(child)]));
}

function errorReply(error: ServiceError, requestId: string): HttpReply {
  const { code, message, status } = error;
  const errors = `<Errors><Error>${element('Code', code)}${element('Message', message)}</Error></Errors>`;
  return xmlReply(status, `<Response>${errors}${element('RequestID', requestId)}</Response>`);
}

function xmlReply(status: number, xml: string): HttpReply {
  const headers = { 'content-type': 'text/xml;charset=UTF-8' };
  return { kind: 'reply', status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}
