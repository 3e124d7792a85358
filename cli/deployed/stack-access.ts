import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ConfirmationStore } from '../../core/ports/confirmation-store.ts';
import type { LeakStore } from '../../core/ports/leak-store.ts';
import type { SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';

/**
 * What a command reads and writes of a deployed stack. Everything else follows from its tables,
 * whatever the command does.
 */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly clock: Clock;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly confirmations: Pick<ConfirmationStore, 'get'>;
  readonly leaks: Pick<LeakStore, 'of'>;
  readonly subscriptions: Pick<SubscriptionReportStore, 'read'>;
  readonly backfills: BackfillStore;
}
