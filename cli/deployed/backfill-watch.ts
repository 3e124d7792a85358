import { setTimeout } from 'node:timers/promises';
import type { BackfillOrder, EndedBackfill } from '../../core/records/backfill.ts';
import { progressLine } from '../output/progress-line.ts';
import type { Terminal } from '../terminal.ts';
import { failure } from './aws-failure.ts';
import { oneBackfill } from './backfill-orders.ts';
import { problemText, progressText } from './backfill-text.ts';
import { interruptible } from './interrupt.ts';
import type { DeployedStack } from './stack-access.ts';

/** Milliseconds between two looks. */
const PAUSE = 1000;

/**
 * Shows how far an order is until it is over; Ctrl-C ends the looking, not the order.
 *
 * @throws {CommandError} on Ctrl-C
 */
export async function watchBackfill(
  order: BackfillOrder,
  stack: DeployedStack,
  output: { readonly terminal: Terminal; readonly json: boolean },
): Promise<EndedBackfill> {
  const progress = progressLine(output.terminal, output.json);
  let told = '';
  try {
    return await interruptible(
      async (signal) => {
        for (;;) {
          const now = await oneBackfill(order, stack.backfills);
          if (now === undefined)
            throw failure(`order ${order.id} is gone from the ledger`, 'cloudjail backfill shows what there is');
          if ('how' in now) return now;
          const problem = problemText(now);
          if (problem !== told && problem !== '') {
            progress.clear();
            output.terminal.err(`${problem}\n`);
          }
          told = problem;
          progress.show(progressText(now));
          await setTimeout(PAUSE, undefined, { signal }).catch(() => signal.throwIfAborted());
        }
      },
      () => 'the stack goes on by itself; cloudjail backfill shows how far it is',
    );
  } finally {
    progress.clear();
  }
}
