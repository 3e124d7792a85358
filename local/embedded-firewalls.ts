import { bannerEnv } from '../lambdas/banner/env.ts';
import { ec2BannerEnv } from '../lambdas/ec2-banner/env.ts';
import type { Environment } from '../lambdas/shared/environment.ts';
import { type Ec2, startEc2 } from './emulators/ec2.ts';
import type { FaultPlan } from './emulators/faults.ts';
import { type S3, startS3 } from './emulators/s3.ts';

/** Emulators of the account's own firewalls, where the stack has such targets. */
export interface EmbeddedFirewalls {
  readonly ec2: Ec2 | undefined;
  readonly s3: S3 | undefined;
  close(): Promise<void>;
}

export interface FirewallOptions {
  readonly faults: FaultPlan;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Capacity of the emulated prefix lists. */
const LIST_ENTRIES = 1000;

/**
 * Starts EC2 where there is an ec2-banner, with the ACLs, groups and lists its environment names,
 * and S3 where the banner has a blocklist, with its bucket; and points the SDK at both. The ACLs
 * allow everything from rule 100 on; groups have no rules and lists no entries.
 */
export async function startFirewalls(
  banner: Environment | undefined,
  ec2Banner: Environment | undefined,
  options: FirewallOptions,
): Promise<EmbeddedFirewalls> {
  const blocklist = banner && bannerEnv(banner).blocklist;
  const ec2 = ec2Banner && (await startEc2(options));
  const s3 = blocklist && (await startS3(options));
  if (ec2) {
    process.env['AWS_ENDPOINT_URL_EC2'] = ec2.endpoint;
    createStandIns(ec2, ec2Banner);
  }
  if (s3) {
    process.env['AWS_ENDPOINT_URL_S3'] = s3.endpoint;
    s3.objects.createBucket(blocklist.bucket);
  }
  return {
    ec2,
    s3,
    async close() {
      await Promise.all([ec2?.close(), s3?.close()]);
    },
  };
}

function createStandIns(ec2: Ec2, environment: Environment): void {
  const { networkAcls, securityGroups, prefixLists } = ec2BannerEnv(environment);
  for (const id of networkAcls?.ids ?? []) ec2.networkAcls.create({ id });
  if (securityGroups?.mode === 'revoke') for (const id of securityGroups.ids) ec2.securityGroups.create({ id });
  const carved = securityGroups?.mode === 'carve' ? securityGroups.prefixLists : undefined;
  for (const { ipv4, ipv6 } of [prefixLists, carved].filter((lists) => lists !== undefined)) {
    for (const [id, addressFamily] of [
      [ipv4, 'IPv4'],
      [ipv6, 'IPv6'],
    ] as const) {
      if (id !== undefined) ec2.prefixLists.create({ id, name: id, addressFamily, maxEntries: LIST_ENTRIES });
    }
  }
}
