import type { EventPayloads } from '../events/events.ts';

/**
 * Where the running system reports what it does: log and metrics in the cloud, the screen in a
 * local run.
 */
export interface Telemetry {
  emit(event: TelemetryEvent): void;
}

/** Each event is emitted once, by the one who made the change it is about. */
export type TelemetryEvent = {
  [Kind in keyof EventPayloads]: { readonly kind: Kind } & EventPayloads[Kind];
}[keyof EventPayloads];
