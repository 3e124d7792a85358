import {
  CreateIPSetCommand,
  type CreateIPSetCommandInput,
  GetIPSetCommand,
  UpdateIPSetCommand,
  type WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { afterEach, beforeEach, expect } from 'vitest';
import { startWafv2, type Wafv2 } from '../../../local/emulators/wafv2.ts';
import type { IpSet } from '../../../local/emulators/wafv2-ip-sets.ts';
import { wafv2Client } from './wafv2-client.ts';

export let waf: Wafv2;
export let client: WAFV2Client;
export const clock = { ms: 0 };

beforeEach(async () => {
  clock.ms = 1_700_000_000_000;
  waf = await startWafv2({ now: () => clock.ms });
  client = wafv2Client(waf.endpoint);
});

afterEach(async () => {
  client.destroy();
  await waf.close();
});

/** Lets the account's rate limits recover. */
export function later(): void {
  clock.ms += 1_000;
}

export function create(input: Partial<CreateIPSetCommandInput> = {}) {
  later();
  const defaults: CreateIPSetCommandInput = {
    Name: 'banned-v4',
    Scope: 'REGIONAL',
    IPAddressVersion: 'IPV4',
    Addresses: [],
  };
  return client.send(new CreateIPSetCommand({ ...defaults, ...input }));
}

export function keyOf(set: IpSet) {
  return { Name: set.name, Scope: set.scope, Id: set.id };
}

export function get(set: IpSet, by = client) {
  later();
  return by.send(new GetIPSetCommand(keyOf(set)));
}

export function update(
  set: IpSet,
  Addresses: string[],
  more: { LockToken?: string | undefined; Description?: string } = {},
) {
  later();
  return client.send(new UpdateIPSetCommand({ ...keyOf(set), LockToken: set.lockToken, Addresses, ...more }));
}

export async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => error,
  );
}
