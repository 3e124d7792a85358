/**
 * The parts of EC2 a ban can be enforced with, on the loopback interface: network ACLs, security
 * groups' ingress rules, managed prefix lists; with their quotas and error codes; and the addresses
 * an account uses itself, read-only.
 */

import type { AwsCall } from './aws-call.ts';
import type { CallLog } from './call-log.ts';
import { createNetworkAcls, type NetworkAclsByHand } from './ec2-network-acls.ts';
import { createOwnAddresses, type OwnAddressesByHand } from './ec2-own-addresses.ts';
import { createPrefixLists, type PrefixListsByHand } from './ec2-prefix-lists.ts';
import { type Ec2Answer, startEc2QueryServer } from './ec2-query-server.ts';
import { createSecurityGroups, type SecurityGroupsByHand } from './ec2-security-groups.ts';
import type { FaultPlan } from './faults.ts';
import { type EmulatorOptions, emulatorContext } from './serve-call.ts';
import { ServiceError } from './service-error.ts';

export interface Ec2Options extends EmulatorOptions {
  /**
   * Entries of a network ACL for each direction and family, the default denial included: 20, raised
   * to 40 at most.
   */
  readonly maxNetworkAclEntries?: number;
  /** Ingress rules of a security group for each family: 60. */
  readonly maxIngressRules?: number;
  /** How long a prefix list stays in `modify-in-progress`, in milliseconds: 0. */
  readonly prefixListModifyMs?: number;
}

export interface Ec2 {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  readonly networkAcls: NetworkAclsByHand;
  readonly securityGroups: SecurityGroupsByHand;
  readonly prefixLists: PrefixListsByHand;
  readonly ownAddresses: OwnAddressesByHand;
  close(): Promise<void>;
}

/** Starts the emulator on a free port, with nothing in it. */
export async function startEc2(options: Ec2Options = {}): Promise<Ec2> {
  const context = emulatorContext(options);
  const networkAcls = createNetworkAcls(options.maxNetworkAclEntries ?? 20);
  const prefixLists = createPrefixLists(context.now, options.prefixListModifyMs ?? 0);
  const securityGroups = createSecurityGroups(prefixLists, options.maxIngressRules ?? 60);
  const ownAddresses = createOwnAddresses();
  const operations = {
    ...ownAddresses.operations,
    ...networkAcls.operations,
    ...prefixLists.operations,
    ...securityGroups.operations,
  };
  const service = {
    handle(call: AwsCall): Ec2Answer {
      const operation = operations[call.operation];
      if (operation !== undefined) return operation(call);
      throw new ServiceError('InvalidAction', `The action ${call.operation} is not valid for this web service.`);
    },
    conflict({ input }: AwsCall): void {
      const id = input['PrefixListId'];
      if (typeof id !== 'string') throw new ServiceError('IncorrectState', 'The resource is being modified.');
      prefixLists.byHand.edit(id, prefixLists.byHand.get(id).entries);
    },
    throttled: () => new ServiceError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 }),
    failed: () => new ServiceError('InternalError', 'An internal error has occurred', { status: 500 }),
  };
  const { endpoint, close } = await startEc2QueryServer(service, context);
  return {
    endpoint,
    close,
    faults: context.faults,
    calls: context.calls,
    networkAcls: networkAcls.byHand,
    securityGroups: securityGroups.byHand,
    prefixLists: prefixLists.byHand,
    ownAddresses: ownAddresses.byHand,
  };
}
