import { type ExpiryPorts, liftDueBans } from '../../core/bans/expire.ts';

/**
 * Time a run may take before it leaves the rest to the next; the schedule starts one every minute.
 */
const RUN_SECONDS = 50;

/**
 * The expirer: a scheduled event in, due bans marked lifted in the table. The content of the event
 * does not matter.
 */
export function expirerHandler(ports: ExpiryPorts) {
  return async (_event: unknown): Promise<void> => {
    await liftDueBans(ports, ports.clock.now() + RUN_SECONDS);
  };
}
