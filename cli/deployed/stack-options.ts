import type { Command } from 'commander';

/** The name of the stack that `npm run deploy` makes. */
export const DEFAULT_STACK = 'cloudjail';

/** Options of every command that works on a deployed stack. */
export interface StackOptions {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly config?: string;
  readonly json: boolean;
}

export function withStackOptions(command: Command): Command {
  return withConfigOption(command)
    .option('--stack <name>', `the stack (default: ${DEFAULT_STACK})`, DEFAULT_STACK)
    .option('--region <name>', 'the Region it is in (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile)')
    .option('--profile <name>', 'of ~/.aws/config, to sign in with (default: as the AWS SDK finds credentials)')
    .option('--json', 'one object a line', false);
}

function withConfigOption(command: Command): Command {
  return command.option(
    '--config <dir>',
    'the directory that was deployed, to know the jails by (default: the one in cdk.json)',
  );
}
