import type { Clock } from '../../core/ports/clock.ts';
import type { DeployedStack } from './stack-access.ts';
import type { StackOptions } from './stack-options.ts';

/**
 * Works on the stack that the options name. AWS's clients are loaded here and not before: commands
 * that need none start without them.
 *
 * @throws {CommandError} when AWS can't be asked or refuses: what is wrong, and what to do
 */
export async function onStack<T>(
  options: StackOptions,
  clock: Clock,
  work: (stack: DeployedStack) => Promise<T>,
): Promise<T> {
  const { connect } = await import('./connection.ts');
  const connection = await connect(options, clock);
  try {
    return await work(await connection.openStack());
  } catch (error) {
    throw connection.explain(error);
  } finally {
    connection.close();
  }
}
