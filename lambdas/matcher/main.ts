import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireMatcher } from './wire.ts';

export const handler = wireMatcher(process.env, systemClock, emfTelemetry());
