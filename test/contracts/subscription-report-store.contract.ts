import { describe, expect, it } from 'vitest';
import type { SubscriptionReport, SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';

/** What every SubscriptionReportStore must do. @param create a store with nothing in it */
export function subscriptionReportStoreContract(name: string, create: () => Promise<SubscriptionReportStore>): void {
  const report: SubscriptionReport = {
    at: 1_700_000_000,
    subscribed: 420,
    left: 3,
    unreadCount: 2,
    unread: [
      { logGroup: '/aws/ecs/web-1', reason: 'it has two subscription filters of others' },
      { logGroup: '/aws/ecs/web-2', reason: 'ü' },
    ],
  };

  describe(`SubscriptionReportStore contract: ${name}`, { timeout: 60_000 }, () => {
    it('returns the last that was written, whole', async () => {
      const store = await create();
      expect(await store.read()).toBeUndefined();
      await store.write(report);
      expect(await store.read()).toEqual(report);
      const next = { ...report, at: report.at + 60, unread: [], unreadCount: 0 };
      await store.write(next);
      expect(await store.read()).toEqual(next);
    });
  });
}
