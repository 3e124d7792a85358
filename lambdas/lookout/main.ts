import { EC2Client } from '@aws-sdk/client-ec2';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { dnsNameLookup } from '../../aws/dns-name-lookup.ts';
import { ec2OwnRanges } from '../../aws/ec2-own-ranges.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireLookout } from './wire.ts';

const sources = { names: dnsNameLookup(), own: ec2OwnRanges(new EC2Client(withAnswerLimits({}))) };

export const handler = wireLookout(process.env, systemClock, emfTelemetry(), sources);
