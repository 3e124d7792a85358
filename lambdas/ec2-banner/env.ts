import * as v from 'valibot';
import { ENV } from '../../core/names.ts';
import { parseCidr } from '../../core/net/address.ts';
import { type Environment, readJsonEnv } from '../shared/environment.ts';

/** The places of the targets in EC2; the stack lacks those that are absent. */
export interface Ec2BannerEnv {
  readonly networkAcls: v.InferOutput<typeof NetworkAcls> | undefined;
  readonly securityGroups: v.InferOutput<typeof SecurityGroups> | undefined;
  readonly prefixLists: v.InferOutput<typeof PrefixLists> | undefined;
}

const NetworkAcls = v.object({
  ids: v.array(v.string()),
  firstRule: v.number(),
  capacity: v.number(),
  byPort: v.boolean(),
});

/** A customer-managed prefix list per family. */
const PrefixLists = v.object({ ipv4: v.optional(v.string()), ipv6: v.optional(v.string()) });

const Range = v.pipe(
  v.string(),
  v.transform((text) => {
    const range = parseCidr(text);
    if (!range) throw new Error(`${ENV.securityGroups}: ${text} is no range`);
    return range;
  }),
);

const SecurityGroups = v.variant('mode', [
  v.object({ mode: v.literal('revoke'), ids: v.array(v.string()) }),
  v.object({
    mode: v.literal('carve'),
    prefixLists: PrefixLists,
    allowed: v.array(Range),
    widen: v.object({ ipv4: v.optional(v.number()), ipv6: v.optional(v.number()) }),
  }),
]);

/** @throws Error when a variable does not have the form that the stack writes */
export function ec2BannerEnv(env: Environment): Ec2BannerEnv {
  return {
    networkAcls: readJsonEnv(env, ENV.networkAcls, NetworkAcls),
    securityGroups: readJsonEnv(env, ENV.securityGroups, SecurityGroups),
    prefixLists: readJsonEnv(env, ENV.prefixLists, PrefixLists),
  };
}

/** The lists of an object with one list per family. */
export function listIds({ ipv4, ipv6 }: v.InferOutput<typeof PrefixLists>): readonly string[] {
  return [ipv4, ipv6].filter((id) => id !== undefined);
}
