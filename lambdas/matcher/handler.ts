import { readDelivery } from '../../aws/logs/cloudwatch-logs-event.ts';
import { eachAtOnce } from '../../core/at-once.ts';
import { type MatchingJail, sieveOf } from '../../core/intake/matching-jail.ts';
import { type DeliveryTerms, type IntakePorts, processBatch } from '../../core/intake/process-batch.ts';
import { OWN_LOG_GROUPS } from '../../core/names.ts';
import type { Invocation } from '../shared/invocation.ts';
import { type RedrivenEvent, redrivenEvents } from '../shared/redriven-events.ts';

/**
 * The time at which a failed delivery is received from its queue and what can't be counted of it is
 * given up. Lambda tried it three times before; redriven ones come at least six minutes apart (the
 * queue's visibility timeout), so that is half an hour of tries while others could be counted.
 */
const LAST_TRY = 5;
/**
 * How much of an invocation's time a delivery may be matched for; the rest is for the tables, and
 * for what matching takes beyond its end.
 */
const MATCHING_SHARE = 0.5;

type TimedInvocation = Pick<Invocation, 'getRemainingTimeInMillis'>;

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

  async function match(event: unknown, terms: DeliveryTerms): Promise<void> {
    const delivery = readDelivery(event, sieve);
    if (delivery.kind === 'probe') return;
    const { logGroup } = delivery.batch;
    if (logGroup.startsWith(OWN_LOG_GROUPS)) {
      // A log line about it comes back as an event, so it is logged once.
      if (!told) ports.telemetry.emit({ kind: 'own-logs-delivered', logGroup });
      told = true;
      return;
    }
    await processBatch(delivery.batch, await jailsNow(), ports, terms);
  }

  return async (event: unknown, invocation?: TimedInvocation): Promise<void> => {
    const terms = (received = 0): DeliveryTerms => {
      const lastTry = received >= LAST_TRY;
      if (!invocation) return { lastTry };
      const seconds = (invocation.getRemainingTimeInMillis() / 1000) * MATCHING_SHARE;
      return { lastTry, matchUntil: ports.clock.now() + seconds };
    };
    const redriven = redrivenEvents(event);
    if (!redriven) return await match(event, terms());
    const again = (one: RedrivenEvent): Promise<void> => match(one.event, terms(one.received));
    await eachAtOnce(redriven, again, { atOnce: 1 });
  };
}
