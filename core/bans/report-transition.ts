import type { Telemetry } from '../ports/telemetry.ts';
import type { BanTransition } from './transitions.ts';

/** Reports a transition that has been written, and the ban it ended. */
export function reportTransition(transition: BanTransition, telemetry: Telemetry): void {
  if ('ended' in transition && transition.ended) telemetry.emit({ kind: 'ban-lifted', ban: transition.ended });
  if (transition.kind === 'banned') telemetry.emit({ kind: 'ban-made', ban: transition.ban });
  if (transition.kind === 'missed') telemetry.emit({ kind: 'ban-missed', ban: transition.ban });
  if (transition.kind === 'prolonged') telemetry.emit({ kind: 'ban-prolonged', ban: transition.ban });
}
