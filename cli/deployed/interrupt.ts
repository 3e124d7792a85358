import { CommandError } from '../command-error.ts';

/**
 * Runs work that Ctrl-C ends in good order; a second one ends the process at once. Whatever waits
 * for the signal's sake ends with the work.
 *
 * @param work throws the signal's reason once it is given
 * @param reached how far the work is, for the message
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, reached: () => string): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new CommandError(`interrupted: ${reached()}`, 1));
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
    stop.abort(new Error('the work is over'));
  }
}
