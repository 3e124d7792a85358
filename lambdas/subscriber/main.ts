import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireSubscriber } from './wire.ts';

export const handler = wireSubscriber(process.env, systemClock, emfTelemetry());
