import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FirewallTarget } from '../core/config/actions.ts';
import type { ConfigFiles } from '../core/config/config-files.ts';
import { stackTargets } from '../core/config/stack-targets.ts';
import { configDirectory } from '../filters/config-directory.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The configuration that a command works on: `directory` laid over what we ship; without it the
 * directory that the stack deploys, `configDirectory` of the `cloudjail` block in cdk.json; without
 * that, what we ship.
 *
 * @throws {ConfigDirectoryError} when it is no directory
 */
export function openConfiguration(directory: string | undefined): ConfigFiles {
  return configDirectory(directory ?? deployedDirectory());
}

/** The targets of the stack that the `cloudjail` block in cdk.json describes. */
export function deployedTargets(): readonly FirewallTarget[] {
  return stackTargets(settings());
}

function deployedDirectory(): string | undefined {
  const { configDirectory } = settings();
  return typeof configDirectory === 'string' ? join(ROOT, configDirectory) : undefined;
}

interface StackSettings {
  readonly configDirectory?: unknown;
}

function settings(): StackSettings {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
    readonly context?: { readonly cloudjail?: StackSettings };
  };
  return context?.cloudjail ?? {};
}
