import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireExpirer } from './wire.ts';

export const handler = wireExpirer(process.env, systemClock, emfTelemetry());
