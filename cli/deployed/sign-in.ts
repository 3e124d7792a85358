import type { Command } from 'commander';
import type { CommandError } from '../command-error.ts';
import { failure } from './aws-failure.ts';

/** Options of a command that asks AWS, whatever it asks. */
export interface SignInOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** For commands that need no stack; those that do take `withStackOptions`. */
export function withSignInOptions(command: Command): Command {
  return command
    .option('--region <name>', 'the Region to ask in (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile)')
    .option('--profile <name>', 'of ~/.aws/config, to sign in with (default: as the AWS SDK finds credentials)');
}

/**
 * What a client of the AWS SDK is made with. AWS_DEFAULT_REGION is the AWS CLI's and CDK's, which
 * this SDK does not read.
 */
export function clientSettings({ region, profile }: SignInOptions): SignInOptions {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const named = region ?? (AWS_REGION || AWS_DEFAULT_REGION);
  quietSdk();
  return { ...(named && { region: named }), ...(profile !== undefined && { profile }) };
}

/**
 * The Region that a client made with these settings asks in.
 *
 * @throws {CommandError} when there is none, or it can't be one
 */
export async function regionOf(client: { readonly config: { region(): Promise<string> } }): Promise<string> {
  return client.config.region().catch((error: unknown) => {
    throw noRegion(error);
  });
}

/**
 * The SDK's notice on future Node releases is suppressed, because it does not concern an operator.
 */
function quietSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

function noRegion(error: unknown): CommandError {
  const [, refused] = /region="(.*)"/.exec(String(error)) ?? [];
  return failure(
    refused === undefined ? 'no Region is set' : `"${refused}" is not the name of a Region`,
    'name the one the stack is in, with --region, with AWS_REGION, or as the region of your profile',
  );
}
