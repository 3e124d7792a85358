import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { s3BlocklistTarget } from '../../aws/firewalls/s3-blocklist-target.ts';
import { wafPace } from '../../aws/firewalls/wafv2-ip-set.ts';
import { wafTarget } from '../../aws/firewalls/wafv2-target.ts';
import type { BanTarget } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { enforcingHandler } from '../shared/enforcing-handler.ts';
import type { Environment } from '../shared/environment.ts';
import { type BannerEnv, bannerEnv } from './env.ts';

/**
 * The banner of WAF and the blocklist as it runs in a container: real clients, from the function's
 * environment.
 */
export function wireBanner(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const targets = targetsOf(bannerEnv(environment), clock);
  return enforcingHandler({
    environment,
    client: new DynamoDBClient(withAnswerLimits({})),
    clock,
    telemetry,
    targets: () => targets,
  });
}

function targetsOf({ wafIpv4Sets, wafIpv6Sets, blocklist }: BannerEnv, clock: Clock): readonly BanTarget[] {
  const targets: BanTarget[] = [];
  const [first] = [...wafIpv4Sets, ...wafIpv6Sets];
  if (first) {
    const pools = [
      { family: 4, sets: wafIpv4Sets },
      { family: 6, sets: wafIpv6Sets },
    ] as const;
    targets.push(wafTarget(wafClient(first.scope), pools, wafPace(clock)));
  }
  if (blocklist) targets.push(s3BlocklistTarget(new S3Client(withAnswerLimits({})), blocklist));
  return targets;
}

/** CloudFront's sets live in us-east-1, in whichever Region the function runs. */
function wafClient(scope: 'REGIONAL' | 'CLOUDFRONT'): WAFV2Client {
  return new WAFV2Client(withAnswerLimits(scope === 'CLOUDFRONT' ? { region: 'us-east-1' } : {}));
}
