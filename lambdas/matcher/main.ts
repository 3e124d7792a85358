import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireMatcher } from './wire.ts';

export const handler = wireMatcher(process.env, systemClock, emfTelemetry());
