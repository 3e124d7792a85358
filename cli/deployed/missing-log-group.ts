import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { CommandError } from '../command-error.ts';
import { failure } from './aws-failure.ts';
import type { LogAccess } from './log-group-access.ts';

/**
 * That there is no such log group, and which was perhaps meant.
 *
 * @param configured log groups that the jails read
 */
export async function missingLogGroup(
  name: string,
  { region, namesWith }: Pick<LogAccess, 'region' | 'namesWith'>,
  configured: readonly string[],
): Promise<CommandError> {
  const others = configured.filter((other) => other !== name);
  const near = likely(name, others) ?? likely(name, await namesWith(name.slice(0, name.lastIndexOf('/') + 1)));
  const guess = near === undefined ? '' : `did you mean "${near}"? `;
  const usual = 'its agent makes it with the first line it sends';
  const help = `${guess}${configured.includes(name) ? `a jail reads it, but ${usual}; ` : ''}--region names another Region, --profile another account`;
  return failure(`there is no log group "${name}" in ${region}`, help);
}

/** A log's path stands for the log group that `logpath` maps it to. */
function likely(name: string, names: readonly string[]): string | undefined {
  return didYouMean(name, names) ?? names.find((other) => other.endsWith(name));
}
