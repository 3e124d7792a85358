import * as v from 'valibot';
import type { BlocklistPlace } from '../../aws/firewalls/s3-blocklist-target.ts';
import { type IpSetName, parseIpSetNames } from '../../aws/firewalls/wafv2-ip-set.ts';
import { BLOCKLIST_FORMATS } from '../../core/enforce/blocklist/formats.ts';
import { ENV } from '../../core/names.ts';
import { type Environment, readJsonEnv } from '../shared/environment.ts';

/** The places of the banner's targets; the stack lacks those that are absent or empty. */
export interface BannerEnv {
  readonly wafIpv4Sets: readonly IpSetName[];
  readonly wafIpv6Sets: readonly IpSetName[];
  readonly blocklist: BlocklistPlace | undefined;
}

const Blocklist = v.object({
  bucket: v.string(),
  prefix: v.string(),
  formats: v.array(v.picklist(BLOCKLIST_FORMATS)),
});

/** @throws Error when a variable does not have the form that the stack writes */
export function bannerEnv(env: Environment): BannerEnv {
  return {
    wafIpv4Sets: parseIpSetNames(env[ENV.wafIpv4Sets] ?? ''),
    wafIpv6Sets: parseIpSetNames(env[ENV.wafIpv6Sets] ?? ''),
    blocklist: readJsonEnv(env, ENV.blocklist, Blocklist),
  };
}
