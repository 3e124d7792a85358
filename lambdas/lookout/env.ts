import { ENV } from '../../core/names.ts';
import { type Environment, requireEnv } from '../shared/environment.ts';

export interface LookoutEnv {
  readonly attemptsTable: string;
  readonly jailsFile: string;
}

/** @throws MissingEnvironmentError when the stack did not set one */
export function lookoutEnv(env: Environment): LookoutEnv {
  return { attemptsTable: requireEnv(env, ENV.attemptsTable), jailsFile: requireEnv(env, ENV.jailsFile) };
}
