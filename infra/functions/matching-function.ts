import { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { COUNTERS } from '../../core/events/emitters.ts';
import { ENV } from '../../core/names.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { Tables } from '../tables.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { CloudjailFunction } from './function.ts';

export interface MatchingProps {
  readonly tables: Tables;
  readonly jails: readonly CompiledJail[];
  /** Path of the compiled jails. */
  readonly jailsFile: string;
  readonly logRetention: RetentionDays;
}

/**
 * A function that runs log events through the jails and writes attempts and bans
 * (lambdas/shared/intake-ports.ts), with the rights for that.
 */
export function matchingFunction(
  scope: Construct,
  { name, description }: { readonly name: (typeof COUNTERS)[number]; readonly description: string },
  { tables: { attempts, bans }, jails, jailsFile, logRetention }: MatchingProps,
): CloudjailFunction {
  const matching = new CloudjailFunction(scope, 'Function', {
    name,
    description,
    logRetention,
    environment: {
      [ENV.attemptsTable]: attempts.tableName,
      [ENV.bansTable]: bans.tableName,
      [ENV.jailsFile]: JAILS_FILE,
    },
    fileBesideCode: jailsFile,
    // Matching needs processor time, which Lambda assigns by memory: 1,769 MB is one vCPU (Lambda
    // documentation).
    memorySize: 1024,
    timeout: Duration.minutes(1),
  });
  matching.allow(
    ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    [attempts.tableArn],
  );
  matching.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [bans.tableArn]);
  // All bans of an id are queried only where bans of other jails lengthen the next.
  if (jails.some(({ increment }) => increment.overalljails)) matching.allow(['dynamodb:Query'], [bans.tableArn]);
  return matching;
}
