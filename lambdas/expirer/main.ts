import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireExpirer } from './wire.ts';

export const handler = wireExpirer(process.env, systemClock, emfTelemetry());
