import { type Environment, requireEnv } from '../../aws/environment.ts';
import { type IpSetName, parseIpSetNames } from '../../aws/wafv2-ip-set.ts';
import { ENV } from '../../core/names.ts';

export interface BannerEnv {
  readonly attemptsTable: string;
  readonly bansTable: string;
  readonly jailsFile: string;
  readonly wafIpv4Sets: readonly IpSetName[];
  readonly wafIpv6Sets: readonly IpSetName[];
}

/** @throws MissingEnvironmentError when the stack did not set one */
export function bannerEnv(env: Environment): BannerEnv {
  return {
    attemptsTable: requireEnv(env, ENV.attemptsTable),
    bansTable: requireEnv(env, ENV.bansTable),
    jailsFile: requireEnv(env, ENV.jailsFile),
    wafIpv4Sets: parseIpSetNames(requireEnv(env, ENV.wafIpv4Sets)),
    wafIpv6Sets: parseIpSetNames(requireEnv(env, ENV.wafIpv6Sets)),
  };
}
