import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireBanner } from './wire.ts';

export const handler = wireBanner(process.env, systemClock, emfTelemetry());
