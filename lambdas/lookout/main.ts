import { dnsNameLookup } from '../../aws/dns-name-lookup.ts';
import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireLookout } from './wire.ts';

export const handler = wireLookout(process.env, systemClock, emfTelemetry(), dnsNameLookup());
