import type { Jail } from '../../core/config/jail.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { CommandError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { failure } from './aws-failure.ts';

/** The jails of the configuration that was deployed. */
export interface ConfiguredJails {
  /** Those that run, in the configuration's order. */
  readonly enabled: ReadonlyMap<string, Jail>;
  /** Those that could be enabled. */
  readonly disabled: ReadonlySet<string>;
}

/**
 * The jails of the configuration; its mistakes are not reported again, because `cdk deploy` refuses
 * them.
 *
 * @throws {ConfigDirectoryError} when there is no such directory
 */
export function configuredJails(directory: string | undefined): ConfiguredJails {
  const { jails } = readJails(openConfiguration(directory));
  return {
    enabled: new Map(jails.filter(({ enabled }) => enabled).map((jail) => [jail.name, jail])),
    disabled: new Set(jails.filter(({ enabled }) => !enabled).map(({ name }) => name)),
  };
}

/** @throws {CommandError} when the stack runs no such jail */
export function runningJail(name: string, jails: ConfiguredJails): Jail {
  const jail = jails.enabled.get(name);
  if (jail === undefined) throw notRunning(name, jails);
  return jail;
}

/** Why a jail is not there, and which are. */
export function notRunning(name: string, { enabled, disabled }: ConfiguredJails): CommandError {
  const names = [...enabled.keys()];
  const running = names.length === 0 ? 'no jail is enabled' : `enabled: ${names.toSorted().join(', ')}`;
  if (disabled.has(name)) {
    return failure(`the jail "${name}" is not enabled`, `write enabled = true into [${name}] and deploy; ${running}`);
  }
  const near = didYouMean(name, names) ?? didYouMean(name, disabled);
  return failure(`there is no jail "${name}"`, `${near === undefined ? '' : `did you mean "${near}"? `}${running}`);
}
