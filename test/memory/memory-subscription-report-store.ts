import type { SubscriptionReport, SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';

/** SubscriptionReportStore in memory, for tests. */
export function memorySubscriptionReportStore(): SubscriptionReportStore {
  let held: SubscriptionReport | undefined;
  return {
    async read() {
      return held;
    },
    async write(report) {
      held = report;
    },
  };
}
