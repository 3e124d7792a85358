import type { LogAccess } from './log-group-access.ts';
import type { SignInOptions } from './sign-in.ts';

/**
 * Works on the account's logs, until the signal is given: then its reason is thrown. AWS's clients
 * are loaded here and not before.
 *
 * @throws {CommandError} when AWS can't be asked or refuses: what is wrong, and what to do
 */
export async function onLogs<T>(
  options: SignInOptions,
  signal: AbortSignal,
  work: (logs: LogAccess) => Promise<T>,
): Promise<T> {
  const { connectToLogs } = await import('./log-connection.ts');
  const connection = await connectToLogs(options, signal);
  try {
    return await work(connection.access);
  } catch (error) {
    throw connection.explain(error);
  } finally {
    connection.close();
  }
}
