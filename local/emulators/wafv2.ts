/**
 * AWS WAFv2's IP sets on the loopback interface, with the limits that shape a banner: lock tokens,
 * one change a second (https://docs.aws.amazon.com/waf/latest/developerguide/limits.html), 10,000
 * addresses a set.
 */

import type { AwsCall } from './aws-call.ts';
import { startAwsJsonServer } from './aws-json-server.ts';
import type { CallLog } from './call-log.ts';
import { type Constraint, checkConstraints } from './constraints.ts';
import type { FaultPlan } from './faults.ts';
import { type EmulatorOptions, emulatorContext } from './serve-call.ts';
import { ServiceError } from './service-error.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { IpAddressVersion } from './wafv2-addresses.ts';
import { invalidParameter } from './wafv2-errors.ts';
import {
  createIpSets,
  type IpSet,
  type IpSetKey,
  type IpSetScope,
  type IpSets,
  type IpSetsByHand,
} from './wafv2-ip-sets.ts';

export interface Wafv2Options extends EmulatorOptions {
  /** IP sets an account may have for each Region and scope: AWS's default quota, 100. */
  readonly maxIpSets?: number;
  readonly account?: string;
}

export interface Wafv2 {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  /** The console: the present sets, and changes outside the API. */
  readonly ipSets: IpSetsByHand;
  close(): Promise<void>;
}

/** Starts the emulator on a free port. Rates use `now`. */
export async function startWafv2(options: Wafv2Options = {}): Promise<Wafv2> {
  const context = emulatorContext(options);
  const ipSets = createIpSets(options.account ?? '123456789012', options.maxIpSets ?? 100);
  const admit = rateLimiter(context.now);
  const service = {
    handle(call: AwsCall): object {
      const operation = OPERATIONS[call.operation];
      if (operation === undefined) throw new ServiceError('UnknownOperationException', '');
      if (!admit(call)) throw throttled();
      checkConstraints(call.input, operation.constraints);
      return operation.run(ipSets, call);
    },
    conflict(call: AwsCall): void {
      const { Id } = call.input;
      if (typeof Id === 'string' && ipSets.byHand.all().some((set) => set.id === Id)) ipSets.byHand.touch(Id);
    },
    throttled,
    failed: () => new ServiceError('WAFInternalErrorException', 'Internal error.', { status: 500 }),
  };
  const protocol = { service: 'wafv2', target: 'AWSWAF_20190729', version: '1.1', maxBodyBytes: 8 << 20 } as const;
  const { endpoint, close } = await startAwsJsonServer(protocol, service, context);
  return { endpoint, close, faults: context.faults, calls: context.calls, ipSets: ipSets.byHand };
}

function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 'Rate exceeded');
}

/**
 * WAF quotas: one call a second to any one Create, Put or Update action in a Region, five to any
 * Get or List. They do not mention Delete.
 */
function rateLimiter(now: () => number): (call: AwsCall) => boolean {
  const buckets = new Map<string, TokenBucket>();
  return ({ region, operation }) => {
    if (operation.startsWith('Delete')) return true;
    const perSecond = /^(?:Get|List)/.test(operation) ? 5 : 1;
    const key = `${region} ${operation}`;
    const bucket = buckets.get(key) ?? createTokenBucket({ burst: perSecond, perSecond });
    buckets.set(key, bucket);
    return bucket.take(now());
  };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const NAME: Constraint = { minLength: 1, maxLength: 128, pattern: /^[\w-]+$/ };
const SCOPE: Constraint = { values: ['CLOUDFRONT', 'REGIONAL'] };
const ID: Constraint = { minLength: 1, maxLength: 36, pattern: UUID };
const DESCRIPTION: Constraint = {
  optional: true,
  minLength: 1,
  maxLength: 256,
  pattern: /^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$/,
};
const ADDRESSES: Constraint = { list: true };
const KEY = { Name: NAME, Scope: SCOPE, Id: ID };
const LOCKED_KEY = { ...KEY, LockToken: ID };

interface Operation {
  readonly constraints: Readonly<Record<string, Constraint>>;
  run(ipSets: IpSets, call: AwsCall): object;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateIPSet: {
    constraints: {
      Name: NAME,
      Scope: SCOPE,
      Description: DESCRIPTION,
      IPAddressVersion: { values: ['IPV4', 'IPV6'] },
      Addresses: ADDRESSES,
    },
    run(ipSets, call) {
      const { Name, IPAddressVersion, Addresses, Description } = call.input as Contents;
      const place = placeOf(call);
      const contents = { description: Description, addresses: Addresses };
      return {
        Summary: summary(ipSets.create({ name: Name, ipAddressVersion: IPAddressVersion, ...place, ...contents })),
      };
    },
  },
  GetIPSet: {
    constraints: KEY,
    run(ipSets, call) {
      const set = ipSets.find(keyOf(call));
      const { LockToken, ...rest } = summary(set);
      return { IPSet: { ...rest, IPAddressVersion: set.ipAddressVersion, Addresses: set.addresses }, LockToken };
    },
  },
  UpdateIPSet: {
    constraints: { ...LOCKED_KEY, Description: DESCRIPTION, Addresses: ADDRESSES },
    run(ipSets, call) {
      const { Addresses, Description } = call.input as Contents;
      const set = ipSets.update(lockedKeyOf(call), { addresses: Addresses, description: Description });
      return { NextLockToken: set.lockToken };
    },
  },
  DeleteIPSet: {
    constraints: LOCKED_KEY,
    run(ipSets, call) {
      ipSets.remove(lockedKeyOf(call));
      return {};
    },
  },
  ListIPSets: {
    constraints: {
      Scope: SCOPE,
      NextMarker: { optional: true, minLength: 1, maxLength: 256 },
      Limit: { optional: true, range: [1, 100] },
    },
    run(ipSets, call) {
      const { NextMarker, Limit = 100 } = call.input as { NextMarker?: string; Limit?: number };
      const { scope, region } = placeOf(call);
      const sets = ipSets.list(scope, region);
      const start = NextMarker === undefined ? 0 : sets.findIndex((set) => set.id === NextMarker) + 1;
      const page = sets.slice(start, start + Limit);
      const last = page.at(-1);
      const more = last !== undefined && start + Limit < sets.length ? { NextMarker: last.id } : {};
      return { IPSets: page.map(summary), ...more };
    },
  },
};

type Contents = {
  readonly Name: string;
  readonly IPAddressVersion: IpAddressVersion;
  readonly Addresses: readonly string[];
  readonly Description?: string;
};

/** Global resources answer in us-east-1 alone. */
function placeOf(call: AwsCall): { scope: IpSetScope; region: string } {
  const scope = call.input['Scope'] as IpSetScope;
  if (scope === 'CLOUDFRONT' && call.region !== 'us-east-1') {
    throw invalidParameter('SCOPE_VALUE', scope, 'The scope is not valid.');
  }
  return { scope, region: call.region };
}

function keyOf(call: AwsCall): IpSetKey {
  const { Name, Id } = call.input as { Name: string; Id: string };
  return { name: Name, id: Id, ...placeOf(call) };
}

function lockedKeyOf(call: AwsCall): IpSetKey & { lockToken: string } {
  const { LockToken } = call.input as { LockToken: string };
  return { ...keyOf(call), lockToken: LockToken };
}

/**
 * A set without a description is returned with '', which the API refuses as input: a caller must
 * leave it out.
 */
function summary(set: IpSet) {
  const { name, id, arn, description = '', lockToken } = set;
  return { Name: name, Id: id, Description: description, ARN: arn, LockToken: lockToken };
}
