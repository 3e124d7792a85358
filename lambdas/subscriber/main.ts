import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireSubscriber } from './wire.ts';

export const handler = wireSubscriber(process.env, systemClock, emfTelemetry());
