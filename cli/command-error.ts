/** 1: a mistake in the configuration, or a failure. 2: wrong usage, an unreadable file. */
export type ExitCode = 1 | 2;

/** Ends a command with a message for the person who typed it, and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  /** @param message empty when what is wrong has been printed already */
  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command was typed wrong. */
export function usageError(message: string): CommandError {
  return new CommandError(message, 2);
}
