import type { SubscriptionReport, SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';
import { fitting } from './item-limit.ts';

/** SubscriptionReportStore in memory, for tests. */
export function memorySubscriptionReportStore(): SubscriptionReportStore {
  let held: SubscriptionReport | undefined;
  return {
    async read() {
      return held;
    },
    async write(report) {
      held = fitting(report);
    },
  };
}
