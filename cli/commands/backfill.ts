import { Command } from 'commander';
import { isLogGroupName } from '../../core/compile/log-groups.ts';
import { jailNames } from '../chosen-jails.ts';
import { CommandError, usageError } from '../command-error.ts';
import { allBackfills, cancelBackfills, orderBackfill } from '../deployed/backfill-orders.ts';
import {
  endedObject,
  endText,
  heldBackText,
  openObject,
  orderText,
  problemText,
  progressText,
} from '../deployed/backfill-text.ts';
import { watchBackfill } from '../deployed/backfill-watch.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { type SpanOptions, spanOf, withSpanOptions } from '../deployed/log-span.ts';
import type { DeployedStack } from '../deployed/stack-access.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
The stack reads the log group back and bans whoever its jails would still have banned; what it has counted already does not count again:

  cloudjail backfill /cloudjail/var/log/auth.log --since 1h
  cloudjail backfill /aws/ecs/web --since 2025-11-22T10:15Z --until 30m --jail nginx-http-auth
  cloudjail backfill                                            # what is being read back, and what was
  cloudjail backfill --cancel /cloudjail/var/log/auth.log

A jail that is new to a log group does this by itself, as far back as its findtime. Ctrl-C ends the progress shown, not the reading.`;

const USUAL_SPAN = '1h';

interface Options extends StackOptions, SpanOptions {
  readonly jail: readonly string[];
  readonly status: boolean;
  readonly cancel?: string;
  readonly wait: boolean;
}

export function backfillCommand(terminal: Terminal): Command {
  const command = new Command('backfill')
    .description('Reads a log group back through the jails that read it, or shows what is being read back.')
    .argument('[loggroup]', 'a log group that jails of the stack read');
  return withStackOptions(withSpanOptions(command, USUAL_SPAN))
    .option('--jail <name>', 'only this jail; may be repeated (default: all that read it)', jailNames, [])
    .option('--no-wait', 'do not wait for the end')
    .option('--status', 'show what is being read back, and what was last', false)
    .option('--cancel <loggroup>', 'give up what is being read back of it')
    .addHelpText('after', EXAMPLES)
    .action((logGroup: string | undefined, options: Options) => run(logGroup, options, terminal));
}

async function run(logGroup: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const { cancel, status } = options;
  if (logGroup !== undefined && (cancel !== undefined || status)) {
    throw usageError(`${status ? '--status' : '--cancel'} goes without a log group to read`);
  }
  if (logGroup === undefined && (options.since ?? options.until) !== undefined) {
    throw usageError('name the log group that is to be read: cloudjail backfill LOGGROUP --since 1h');
  }
  for (const name of [logGroup, cancel]) {
    if (name !== undefined && !isLogGroupName(name)) throw usageError(`no log group can have the name "${name}"`);
  }
  await onStack(options, terminal.clock, async (stack) => {
    if (cancel !== undefined) await cancelled(cancel, stack, options, terminal);
    else if (logGroup === undefined) await listed(stack, options, terminal);
    else await ordered(logGroup, stack, options, terminal);
  });
}

async function ordered(logGroup: string, stack: DeployedStack, options: Options, terminal: Terminal): Promise<void> {
  const { out, err, clock } = terminal;
  const { json } = options;
  const span = spanOf(options, clock.now() * 1000, USUAL_SPAN);
  const order = await orderBackfill({ logGroup, span, jails: options.jail }, stack);
  if (!options.wait) {
    out(json ? `${JSON.stringify(openObject({ order, progress: undefined }))}\n` : `ordered: ${orderText(order)}\n`);
    return;
  }
  if (!json) err(`${orderText(order)}\n`);
  const end = await watchBackfill(order, stack, { terminal, json });
  out(json ? `${JSON.stringify(endedObject(end))}\n` : `${endText(end)}\n`);
  const heldBack = heldBackText(end.tally, order);
  if (heldBack !== '') err(`${heldBack}\n`);
  if (end.how !== 'done') throw new CommandError('', 1);
}

async function listed(stack: DeployedStack, { json }: Options, { out }: Terminal): Promise<void> {
  const { open, ended } = await allBackfills(stack);
  if (json) {
    for (const one of open) out(`${JSON.stringify(openObject(one))}\n`);
    for (const one of ended) out(`${JSON.stringify(endedObject(one))}\n`);
    return;
  }
  for (const one of open) {
    const problem = problemText(one);
    out(`${orderText(one.order)}\n  ${progressText(one)}\n${problem === '' ? '' : `  ${problem}\n`}`);
  }
  for (const one of ended) out(`${orderText(one.order)}\n  ${endText(one)}\n`);
  if (open.length + ended.length === 0) out('nothing is being read back, and nothing was\n');
}

async function cancelled(logGroup: string, stack: DeployedStack, { json }: Options, { out }: Terminal): Promise<void> {
  for (const one of await cancelBackfills(logGroup, stack)) {
    out(json ? `${JSON.stringify(endedObject(one))}\n` : `${orderText(one.order)}\n  ${endText(one)}\n`);
  }
}
