import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireBanner } from './wire.ts';

export const handler = wireBanner(process.env, systemClock, emfTelemetry());
