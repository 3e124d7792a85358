import { Command } from 'commander';
import { usageError } from '../command-error.ts';
import { configuredJails } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { unbanEverybody, unbanTyped } from '../deployed/unban-run.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
As fail2ban-client unban: in every jail; prints how many bans were lifted. What earlier bans would have added to the next one is forgotten:

  cloudjail unban 192.0.2.1 2001:db8::1
  cloudjail unban 192.0.2.0/24       # and everything inside
  cloudjail unban --all

Firewalls follow within seconds.`;

interface Options extends StackOptions {
  readonly all: boolean;
}

export function unbanCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('unban')
      .description('Unbans addresses in every jail, as fail2ban-client unban does.')
      .argument('[ip...]', 'addresses or ranges')
      .option('--all', 'everybody', false),
  )
    .addHelpText('after', EXAMPLES)
    .action((words: readonly string[], options: Options) => run(words, options, terminal));
}

async function run(words: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  if (options.all === words.length > 0) throw usageError('name the addresses to unban, or give --all');
  const output = { terminal, json: options.json };
  const jails = configuredJails(options.config);
  await onStack(options, terminal.clock, async (stack) => {
    if (options.all) await unbanEverybody(stack, output);
    else await unbanTyped({ words, jail: undefined, jails, reportAbsent: false }, stack, output);
  });
}
