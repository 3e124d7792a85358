import { changedIds } from '../../aws/changed-ids.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../core/bans/enforce.ts';

/**
 * The banner: changes of the bans table in, firewalls that hold what the table says. Any other event, the schedule's above
 * all, makes it compare everything and repair what differs.
 *
 * A throw makes the stream's batch come again; that is safe, since only the table's present state counts.
 */
export function bannerHandler(ports: EnforcementPorts) {
  return async (event: unknown): Promise<void> => {
    const ids = changedIds(event);
    if (ids) await enforceChanged(ids, ports);
    else await reconcile(ports);
  };
}
