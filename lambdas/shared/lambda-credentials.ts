import { requireEnv } from './environment.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Replaces `@aws-sdk/credential-provider-node` where a function is bundled: in Lambda the role's
 * credentials are always in these three variables (AWS Lambda Developer Guide, "Defined runtime
 * environment variables"). The SDK's own chain of sources brings the clients of STS, SSO and
 * sign-in with it, almost a third of a function's code.
 *
 * @throws MissingEnvironmentError, from the first call of the service, anywhere but in Lambda
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => ({
    accessKeyId: requireEnv(process.env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: requireEnv(process.env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: requireEnv(process.env, 'AWS_SESSION_TOKEN'),
  });
}
