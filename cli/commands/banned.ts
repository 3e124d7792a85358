import { Command } from 'commander';
import type { ActiveBan } from '../../core/ports/ban-store.ts';
import { activeBans } from '../deployed/active-bans.ts';
import { configuredJails } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { bansOver } from '../deployed/find-bans.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { typedId } from '../deployed/typed-id.ts';
import { banObject } from '../output/ban-text.ts';
import { pythonLiteral } from '../output/python-literal.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
As fail2ban-client banned: for each IP a list of the jails that ban it, without one every jail with the IPs it bans:

  cloudjail banned 192.0.2.1 2001:db8::1
  cloudjail banned

An address is banned by a jail too when the jail bans a range around it.`;

export function bannedCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('banned')
      .description('Lists the jails that ban an address, like fail2ban-client banned.')
      .argument('[ip...]', 'addresses or ranges'),
  )
    .addHelpText('after', EXAMPLES)
    .action((words: readonly string[], options: StackOptions) => run(words, options, terminal));
}

async function run(words: readonly string[], options: StackOptions, terminal: Terminal): Promise<void> {
  const { enabled } = configuredJails(options.config);
  await onStack(options, terminal.clock, async (stack) => {
    const active = await activeBans(stack, { terminal, json: options.json });
    if (words.length === 0) {
      showAll(active, [...enabled.keys()], options, terminal);
      return;
    }
    const answers: (readonly string[])[] = [];
    for (const word of words) {
      const bans = await bansOver(typedId(word), [...enabled.values()], active, stack);
      answers.push([...new Set(bans.map(({ jail }) => jail))]);
      if (options.json) terminal.out(`${JSON.stringify({ ip: word, bans: bans.map(banObject) })}\n`);
    }
    if (!options.json) terminal.out(`${pythonLiteral(answers)}\n`);
  });
}

/** `[{'sshd': ['192.0.2.1']}, {'nginx': []}]` */
function showAll(
  active: readonly ActiveBan[],
  jails: readonly string[],
  { json }: StackOptions,
  { out }: Terminal,
): void {
  if (json) {
    for (const ban of active) out(`${JSON.stringify(banObject(ban))}\n`);
    return;
  }
  const ids = new Map<string, string[]>(jails.map((jail) => [jail, []]));
  for (const { id, jail } of active) ids.set(jail, [...(ids.get(jail) ?? []), id]);
  const entries = [...ids].map(([jail, banned]) => `{${pythonLiteral(jail)}: ${pythonLiteral(banned)}}`);
  out(`[${entries.join(', ')}]\n`);
}
