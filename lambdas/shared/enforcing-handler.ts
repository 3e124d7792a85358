import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbAddressBookStore } from '../../aws/tables/dynamodb-address-book-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbConfirmationStore } from '../../aws/tables/dynamodb-confirmation-store.ts';
import { reachesTarget } from '../../core/config/actions.ts';
import { jailPorts } from '../../core/config/jail-ports.ts';
import { ConfirmedEntries } from '../../core/enforce/confirmed-entries.ts';
import { enforceChanged, reconcile } from '../../core/enforce/enforce.ts';
import { ENV } from '../../core/names.ts';
import type { Cidr } from '../../core/net/address.ts';
import type { BanTarget } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { NOTHING_KNOWN } from '../../core/protect/address-book.ts';
import { jailExemptions } from '../../core/protect/jail-exemptions.ts';
import { knownAddressesReader } from '../../core/protect/known-addresses-reader.ts';
import { sparedRanges } from '../../core/protect/spared-ranges.ts';
import type { AddressBook } from '../../core/records/address-book.ts';
import { changedIds } from './changed-ids.ts';
import { readCompiledJails } from './compiled-jails-file.ts';
import { type Environment, requireEnv } from './environment.ts';

export interface EnforcingParts {
  readonly environment: Environment;
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /**
   * The function's targets, requested at each event.
   *
   * @param spared ranges that a target must not cover when it widens bans
   */
  readonly targets: (spared: () => readonly Cidr[]) => readonly BanTarget[];
}

/**
 * The handler of a function that enforces bans, for any targets: changes of the bans table in,
 * firewalls that match the table out. Any other event (from the schedule, or from CloudFormation
 * after a deployment) makes it compare everything and repair the differences.
 *
 * A throw makes the stream's batch come again; that is safe, since only the table's present state
 * counts.
 *
 * @throws MissingEnvironmentError when the stack did not set a variable
 */
export function enforcingHandler({ environment, client, clock, telemetry, targets }: EnforcingParts) {
  const jails = readCompiledJails(requireEnv(environment, ENV.jailsFile), environment);
  const actions = new Map(jails.map((jail) => [jail.name, jail.actions]));
  const ports = new Map(jails.map((jail) => [jail.name, jailPorts(jail)]));
  const attemptsTable = requireEnv(environment, ENV.attemptsTable);
  const books = dynamoDbAddressBookStore(client, attemptsTable);
  const bans = dynamoDbBanStore(client, requireEnv(environment, ENV.bansTable));
  const entries = new ConfirmedEntries(dynamoDbConfirmationStore(client, attemptsTable, clock), clock);
  const confirming = { entries, clock, onManualRemoval: onManualRemoval(environment) };
  let book: AddressBook | undefined;
  const read = async (): Promise<AddressBook | undefined> => {
    book = await books.read();
    return book;
  };
  const known = knownAddressesReader({ ...books, read }, clock);
  const exemptionsGiven = jailExemptions(jails);
  let exempt = exemptionsGiven(NOTHING_KNOWN);
  return async (event: unknown): Promise<void> => {
    exempt = exemptionsGiven(await known());
    const enforcement = {
      bans,
      targets: targets(() => sparedRanges(jails, book)),
      telemetry,
      exempt: (jail: string) => exempt(jail),
      // A jail that is gone from the configuration leaves its bans in force until they end.
      reaches: (jail: string, target: string) => reachesTarget(actions.get(jail) ?? [{ name: target }], target),
      portsOf: (jail: string) => ports.get(jail) ?? 'all',
      confirming,
    };
    const ids = changedIds(event);
    if (ids) await enforceChanged(ids, enforcement);
    else await reconcile(enforcement);
  };
}

/** @throws Error for any other value than the two */
function onManualRemoval(environment: Environment): 'reban' | 'unban' {
  const word = requireEnv(environment, ENV.onManualRemoval);
  if (word !== 'reban' && word !== 'unban') throw new Error(`${ENV.onManualRemoval} is ${word}`);
  return word;
}
