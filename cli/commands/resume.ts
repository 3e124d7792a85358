import { Command } from 'commander';
import { configuredJails, notRunning } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { clockText } from '../output/clock-text.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
A jail that makes more than maxbans bans in a minute stops banning: its breaker has tripped. Look at what it banned, then let it go on:

  cloudjail status sshd
  cloudjail resume sshd

Whom it would have banned meanwhile is banned at the next attempt, if those of the last findtime are enough.`;

export function resumeCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('resume')
      .description('Resets the breaker of a jail, which then bans again.')
      .argument('<jail>', 'a jail'),
  )
    .addHelpText('after', EXAMPLES)
    .action((jail: string, options: StackOptions) => run(jail, options, terminal));
}

async function run(jail: string, options: StackOptions, { out, err, clock }: Terminal): Promise<void> {
  const jails = configuredJails(options.config);
  await onStack(options, clock, async ({ breakers }) => {
    const trippedAt = await breakers.trippedAt(jail);
    if (trippedAt === undefined && !jails.enabled.has(jail)) throw notRunning(jail, jails);
    // Another operator may be faster and have resumed it.
    const resumed = trippedAt !== undefined && (await breakers.reset(jail));
    if (options.json) out(`${JSON.stringify({ jail, resumed, trippedAt: trippedAt ?? null })}\n`);
    else out(`${answer(jail, trippedAt, resumed)}\n`);
    if (resumed && minute(trippedAt) === minute(clock.now())) {
      err(`the minute in which it tripped is not over: the next ban within it trips it again\n`);
    }
  });
}

function answer(jail: string, trippedAt: number | undefined, resumed: boolean): string {
  if (trippedAt === undefined) return `${jail} bans: its breaker has not tripped`;
  const since = `its breaker had tripped ${clockText(trippedAt)} UTC`;
  return resumed
    ? `${jail} bans again; ${since}`
    : `${jail} bans again; ${since}, and another operator has just reset it`;
}

/** Bans are counted by the minute of the clock. */
function minute(time: number): number {
  return Math.floor(time / 60);
}
