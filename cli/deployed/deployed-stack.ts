import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';
import type { ConfirmationStore } from '../../core/ports/confirmation-store.ts';
import type { LeakStore } from '../../core/ports/leak-store.ts';
import type { SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';
import type { StackOptions } from './stack-options.ts';

/** What a command reads and writes of a deployed stack. Everything else follows from its tables, whatever the command does. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly confirmations: Pick<ConfirmationStore, 'get'>;
  readonly leaks: Pick<LeakStore, 'of'>;
  readonly subscriptions: Pick<SubscriptionReportStore, 'read'>;
  readonly backfills: BackfillStore;
}

/**
 * Works on the stack that the options name. AWS's clients are loaded here and not before: commands that need none start without them.
 *
 * @throws {CommandError} when AWS can't be asked or refuses: what is wrong, and what to do
 */
export async function onStack<T>(options: StackOptions, work: (stack: DeployedStack) => Promise<T>): Promise<T> {
  const { connect } = await import('./connection.ts');
  const connection = await connect(options);
  try {
    return await work(await connection.openStack());
  } catch (error) {
    throw connection.explain(error);
  } finally {
    connection.close();
  }
}
