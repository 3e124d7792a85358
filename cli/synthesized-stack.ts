import { resolve } from 'node:path';
import { SynthesisError, synthesize } from '../local/synthesize.ts';
import type { StackTemplate } from '../local/template.ts';
import { CommandError } from './command-error.ts';

/**
 * What the stack of cdk.json would be.
 *
 * @param config a directory in place of the one that cdk.json names
 * @throws {CommandError} when CDK refuses it, with what it printed
 */
export async function synthesizedStack(config: string | undefined): Promise<StackTemplate> {
  try {
    return await synthesize(config === undefined ? {} : { settings: { configDirectory: resolve(config) } });
  } catch (error) {
    if (error instanceof SynthesisError) throw new CommandError(error.message, 1);
    throw error;
  }
}
