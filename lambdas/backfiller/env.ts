import { ENV } from '../../core/names.ts';
import { type Environment, requireEnv } from '../shared/environment.ts';

export interface BackfillerEnv {
  readonly attemptsTable: string;
  readonly bansTable: string;
  readonly jailsFile: string;
}

/** @throws MissingEnvironmentError when the stack did not set one */
export function backfillerEnv(env: Environment): BackfillerEnv {
  return {
    attemptsTable: requireEnv(env, ENV.attemptsTable),
    bansTable: requireEnv(env, ENV.bansTable),
    jailsFile: requireEnv(env, ENV.jailsFile),
  };
}
