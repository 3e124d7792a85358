/**
 * The part of CloudFormation that returns a stack's outputs, on the loopback interface:
 * DescribeStacks over the AWS Query protocol (smithy.io, "AWS Query protocol"), with
 * CloudFormation's own errors.
 */

import { randomUUID } from 'node:crypto';
import type { AwsCall } from '../../local/emulators/aws-call.ts';
import type { CallLog } from '../../local/emulators/call-log.ts';
import { signedRegion } from '../../local/emulators/credential-scope.ts';
import { parseParameters } from '../../local/emulators/ec2-query-server.ts';
import type { FaultPlan } from '../../local/emulators/faults.ts';
import { type HttpReply, type HttpRequest, startLoopbackServer } from '../../local/emulators/loopback-server.ts';
import {
  type EmulatedService,
  type EmulatorOptions,
  emulatorContext,
  serveCall,
} from '../../local/emulators/serve-call.ts';
import { ServiceError } from '../../local/emulators/service-error.ts';
import { element } from '../../local/emulators/xml.ts';

const ACCOUNT = '123456789012';
const VERSION = '2010-05-15';
const NAMESPACE = ` xmlns="http://cloudformation.amazonaws.com/doc/${VERSION}/"`;
const MAX_BODY_BYTES = 1 << 20;
/** CreateStack's and DescribeStacks's StackName in the API reference. */
const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]*$|^arn:[-a-zA-Z0-9:/._+]*$/;

export interface StackToPut {
  readonly name: string;
  /** `us-east-1` by default. */
  readonly region?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** `CREATE_COMPLETE` by default. */
  readonly status?: string;
}

export interface CloudFormation {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  /** Puts a stack there as a deployment would have, in the place of one of that name. Its id. */
  putStack(stack: StackToPut): string;
  /** Denies every call from now on, as to this user (`alice`). `undefined` allows them again. */
  denyTo(user: string | undefined): void;
  close(): Promise<void>;
}

interface Stack extends Required<StackToPut> {
  readonly id: string;
  readonly created: string;
}

/**
 * Starts the emulator on a free port, without any stack. A stack is known in its own Region only.
 */
export async function startCloudFormation(options: EmulatorOptions = {}): Promise<CloudFormation> {
  const context = emulatorContext(options);
  const stacks = new Map<string, Stack>();
  let denied: string | undefined;
  const service: EmulatedService<string> = {
    handle(call) {
      if (call.operation !== 'DescribeStacks') throw unknownOperation(call.operation);
      if (denied !== undefined) throw accessDenied(denied, call);
      return `<Stacks>${describe([...stacks.values()], call)
        .map(stackXml)
        .join('')}</Stacks>`;
    },
    // Reading meets no conflict.
    conflict() {},
    throttled: () => new ServiceError('Throttling', 'Rate exceeded'),
    failed: () => new ServiceError('InternalFailure', 'An internal error occurred.', { status: 500 }),
  };

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const requestId = randomUUID();
    const call = decode(request);
    if (call instanceof ServiceError) return errorReply(call, requestId);
    const delivery = await serveCall(service, call, context);
    if (delivery.kind === 'error') return errorReply(delivery.error, requestId);
    if (delivery.kind !== 'output') return delivery;
    const { operation } = call;
    const result = `<${operation}Result>${delivery.output}</${operation}Result>`;
    const metadata = element('ResponseMetadata', { RequestId: requestId });
    return xmlReply(200, `<${operation}Response${NAMESPACE}>${result}${metadata}</${operation}Response>`);
  }

  const { endpoint, close } = await startLoopbackServer(answer, { maxBodyBytes: MAX_BODY_BYTES });
  return {
    endpoint,
    close,
    faults: context.faults,
    calls: context.calls,
    putStack(stack) {
      const { region = 'us-east-1', status = 'CREATE_COMPLETE' } = stack;
      const id = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stack.name}/${randomUUID()}`;
      const created = new Date(context.now()).toISOString();
      stacks.set(`${region} ${stack.name}`, { ...stack, region, status, id, created });
      return id;
    },
    denyTo(user) {
      denied = user;
    },
  };
}

/** The stack named by name or id, or all of the Region when none is named. */
function describe(stacks: readonly Stack[], { input, region }: AwsCall): readonly Stack[] {
  const here = stacks.filter((stack) => stack.region === region);
  const name = input['StackName'];
  if (name === undefined) return here;
  if (typeof name !== 'string' || !STACK_NAME.test(name)) throw notAName(String(name));
  const found = here.filter((stack) => stack.name === name || stack.id === name);
  if (found.length === 0) throw validationError(`Stack with id ${name} does not exist`);
  return found;
}

function stackXml({ id, name, created, status, outputs }: Stack): string {
  const members = Object.entries(outputs).map(([OutputKey, OutputValue]) =>
    element('member', { OutputKey, OutputValue }),
  );
  const texts = {
    StackId: id,
    StackName: name,
    CreationTime: created,
    StackStatus: status,
    DisableRollback: false,
    EnableTerminationProtection: false,
  };
  const known = Object.entries(texts).map(([member, value]) => element(member, value));
  return `<member>${known.join('')}${members.length === 0 ? '' : `<Outputs>${members.join('')}</Outputs>`}</member>`;
}

function decode(request: HttpRequest): AwsCall | ServiceError {
  try {
    const region = signedRegion(request.headers, 'cloudformation');
    const parameters = new URLSearchParams(request.body.toString('utf8'));
    const operation = parameters.get('Action') ?? '';
    if (parameters.get('Version') !== VERSION) throw unknownOperation(operation);
    parameters.delete('Action');
    parameters.delete('Version');
    return { service: 'cloudformation', operation, input: parseParameters(parameters), region };
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function unknownOperation(operation: string): ServiceError {
  return new ServiceError('InvalidAction', `Could not find operation ${operation} for version ${VERSION}`);
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

function notAName(name: string): ServiceError {
  const pattern = '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*';
  return validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  );
}

/** IAM's error for a user whose policies do not mention the action. */
function accessDenied(user: string, { operation, input, region }: AwsCall): ServiceError {
  const action = `cloudformation:${operation}`;
  const resource = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${String(input['StackName'] ?? '*')}/*`;
  const message = `User: arn:aws:iam::${ACCOUNT}:user/${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return new ServiceError('AccessDenied', message, { status: 403 });
}

function errorReply({ code, message, status }: ServiceError, requestId: string): HttpReply {
  const error = element('Error', { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message });
  return xmlReply(status, `<ErrorResponse${NAMESPACE}>${error}${element('RequestId', requestId)}</ErrorResponse>`);
}

function xmlReply(status: number, xml: string): HttpReply {
  return { kind: 'reply', status, headers: { 'content-type': 'text/xml' }, body: xml };
}
