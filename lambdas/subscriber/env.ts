import { ENV } from '../../core/names.ts';
import { type Environment, requireEnv } from '../shared/environment.ts';

export interface SubscriberEnv {
  readonly attemptsTable: string;
  readonly jailsFile: string;
  /** ARN. */
  readonly matcher: string;
  readonly filterName: string;
}

/** @throws MissingEnvironmentError when the stack did not set one */
export function subscriberEnv(env: Environment): SubscriberEnv {
  return {
    attemptsTable: requireEnv(env, ENV.attemptsTable),
    jailsFile: requireEnv(env, ENV.jailsFile),
    matcher: requireEnv(env, ENV.matcher),
    filterName: requireEnv(env, ENV.subscriptionFilter),
  };
}
