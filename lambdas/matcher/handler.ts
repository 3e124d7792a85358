import { readDelivery } from '../../aws/logs/cloudwatch-logs-event.ts';
import { type MatchingJail, sieveOf } from '../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../core/intake/process-batch.ts';
import { OWN_LOG_GROUPS } from '../../core/names.ts';
import { redrivenEvents } from '../shared/redriven-events.ts';

/**
 * The matcher: a CloudWatch Logs delivery in, attempts and bans in the tables. It also takes failed
 * deliveries from the dead-letter queue.
 *
 * A throw makes Lambda repeat the delivery and then keep it in the dead-letter queue; what was
 * already written is not counted twice.
 *
 * @param jailsNow the same jails with the currently known addresses that they must not ban
 */
export function matcherHandler(
  jails: readonly MatchingJail[],
  ports: IntakePorts,
  jailsNow: () => Promise<readonly MatchingJail[]> = async () => jails,
) {
  const sieve = sieveOf(jails);
  let told = false;

  async function match(event: unknown): Promise<void> {
    const delivery = readDelivery(event, sieve);
    if (delivery.kind === 'probe') return;
    const { logGroup } = delivery.batch;
    if (logGroup.startsWith(OWN_LOG_GROUPS)) {
      // A log line about it comes back as an event, so it is logged once.
      if (!told) ports.telemetry.emit({ kind: 'own-logs-delivered', logGroup });
      told = true;
      return;
    }
    await processBatch(delivery.batch, await jailsNow(), ports);
  }

  return async (event: unknown): Promise<void> => {
    for (const one of redrivenEvents(event) ?? [event]) await match(one);
  };
}
