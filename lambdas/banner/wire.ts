import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { readCompiledJails } from '../../aws/compiled-jails-file.ts';
import { dynamoDbAddressBookStore } from '../../aws/dynamodb-address-book-store.ts';
import { dynamoDbBanStore } from '../../aws/dynamodb-ban-store.ts';
import type { Environment } from '../../aws/environment.ts';
import { updatePacer } from '../../aws/wafv2-ip-set.ts';
import { wafTarget } from '../../aws/wafv2-target.ts';
import { NOTHING_KNOWN } from '../../core/bans/address-book.ts';
import { jailExemptions } from '../../core/bans/jail-exemptions.ts';
import { knownAddressesReader } from '../../core/bans/known-addresses-reader.ts';
import { reachesTarget } from '../../core/config/actions.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { bannerEnv } from './env.ts';
import { bannerHandler } from './handler.ts';

/** The banner as it runs in a container: real clients, from the function's environment. */
export function wireBanner(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const env = bannerEnv(environment);
  const jails = readCompiledJails(env.jailsFile, environment);
  const actions = new Map(jails.map((jail) => [jail.name, jail.actions]));
  const client = new DynamoDBClient({});
  const known = knownAddressesReader(dynamoDbAddressBookStore(client, env.attemptsTable), clock);
  const exemptionsGiven = jailExemptions(jails);
  let exempt = exemptionsGiven(NOTHING_KNOWN);
  const pools = [
    { family: 4, sets: env.wafIpv4Sets },
    { family: 6, sets: env.wafIpv6Sets },
  ] as const;
  const handle = bannerHandler({
    bans: dynamoDbBanStore(client, env.bansTable),
    targets: [wafTarget(wafClient(env.wafIpv4Sets[0]?.scope), pools, updatePacer(clock))],
    exempt: (jail) => exempt(jail),
    // A jail that is gone from the configuration leaves its bans in force until they end.
    reaches: (jail, target) => reachesTarget(actions.get(jail) ?? [{ name: target }], target),
    portsOf: () => 'all',
    telemetry,
  });
  return async (event: unknown): Promise<void> => {
    exempt = exemptionsGiven(await known());
    await handle(event);
  };
}

/** CloudFront's sets live in us-east-1, whatever Region the function runs in. */
function wafClient(scope: 'REGIONAL' | 'CLOUDFRONT' | undefined): WAFV2Client {
  return new WAFV2Client(scope === 'CLOUDFRONT' ? { region: 'us-east-1' } : {});
}
