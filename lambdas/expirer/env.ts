import { type Environment, requireEnv } from '../../aws/environment.ts';
import { ENV } from '../../core/names.ts';

/** @throws MissingEnvironmentError when the stack did not set it */
export function expirerEnv(env: Environment): { readonly bansTable: string } {
  return { bansTable: requireEnv(env, ENV.bansTable) };
}
