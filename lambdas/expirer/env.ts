import { ENV } from '../../core/names.ts';
import { type Environment, requireEnv } from '../shared/environment.ts';

/** @throws MissingEnvironmentError when the stack did not set it */
export function expirerEnv(env: Environment): { readonly bansTable: string } {
  return { bansTable: requireEnv(env, ENV.bansTable) };
}
