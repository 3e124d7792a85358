import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireEc2Banner } from './wire.ts';

export const handler = wireEc2Banner(process.env, systemClock, emfTelemetry());
