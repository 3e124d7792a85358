import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireEc2Banner } from './wire.ts';

export const handler = wireEc2Banner(process.env, systemClock, emfTelemetry());
