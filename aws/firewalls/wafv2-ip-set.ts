import {
  GetIPSetCommand,
  UpdateIPSetCommand,
  WAFOptimisticLockException,
  type WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { formatCidr, formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** An IP set as CloudFormation's Ref names it. */
export interface IpSetName {
  readonly name: string;
  readonly id: string;
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
}

/**
 * The content of a set when it was read, and the token that proves that no one changed it since.
 */
export interface IpSetContent {
  /** Canonical ids. */
  readonly addresses: ReadonlySet<string>;
  /**
   * Sent back unchanged: UpdateIPSet drops a description that is not sent again, and refuses an
   * empty one.
   */
  readonly description: string | undefined;
  readonly lockToken: string;
}

/**
 * Reads space-separated `name|id|scope`, as Ref of AWS::WAFv2::IPSet returns them.
 *
 * @throws Error on anything else
 */
export function parseIpSetNames(text: string): readonly IpSetName[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [name, id, scope, ...rest] = word.split('|');
      if (!name || !id || (scope !== 'REGIONAL' && scope !== 'CLOUDFRONT') || rest.length > 0) {
        throw new Error(`not an IP set reference (name|id|scope): ${word}`);
      }
      return { name, id, scope };
    });
}

/**
 * Reads a set. WAF spells IPv6 out in full, so addresses are brought to canonical form before
 * anything is compared.
 *
 * @throws WAFNonexistentItemException and other WAFv2 errors
 */
export async function readIpSet(client: WAFV2Client, set: IpSetName): Promise<IpSetContent> {
  const answer = await client.send(new GetIPSetCommand({ Name: set.name, Id: set.id, Scope: set.scope }));
  if (!answer.IPSet || !answer.LockToken) throw new Error(`GetIPSet ${set.name}: an answer without the set`);
  const addresses = (answer.IPSet.Addresses ?? []).map((text) => {
    const range = parseCidr(text);
    if (!range) throw new Error(`GetIPSet ${set.name}: ${text} is no address`);
    return formatCidr(range);
  });
  return {
    addresses: new Set(addresses),
    description: answer.IPSet.Description || undefined,
    lockToken: answer.LockToken,
  };
}

/**
 * Replaces the set's addresses, unless the set changed since `read`. `conflict`: read it again and
 * decide again; sending these addresses with a fresh token would undo the other writer's change.
 */
export async function replaceIpSet(
  client: WAFV2Client,
  set: IpSetName,
  read: IpSetContent,
  ids: Iterable<string>,
): Promise<'written' | 'conflict'> {
  try {
    await client.send(
      new UpdateIPSetCommand({
        Name: set.name,
        Id: set.id,
        Scope: set.scope,
        Description: read.description,
        LockToken: read.lockToken,
        Addresses: Array.from(ids, addressOf),
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof WAFOptimisticLockException) return 'conflict';
    throw error;
  }
}

/** Each promise resolves when the next call of its kind may be sent. */
export interface WafPace {
  read(): Promise<void>;
  update(): Promise<void>;
}

/**
 * Calls a second that WAF accepts from an account in a Region
 * (https://docs.aws.amazon.com/waf/latest/developerguide/limits.html).
 */
const READS_A_SECOND = 5;
const UPDATES_A_SECOND = 1;

/**
 * Keeps to WAF's rates as long as no one else in the account calls it. The SDK retries a call that
 * WAF refuses all the same.
 */
export function wafPace(clock: Clock): WafPace {
  return { read: pacer(clock, READS_A_SECOND), update: pacer(clock, UPDATES_A_SECOND) };
}

function pacer(clock: Clock, aSecond: number): () => Promise<void> {
  const interval = 1 / aSecond;
  let next = 0;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + interval;
    if (turn > now) await clock.sleep(Math.ceil((turn - now) * 1000));
  };
}

function addressOf(id: string): string {
  const range = parseCidr(id);
  if (!range) throw new Error(`${id} is no address`);
  return formatWithPrefix(range);
}
