/** `process.env`, or what a local run or a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable the stack should have set is missing: the function must not start with a guess. */
export class MissingEnvironmentError extends Error {
  override readonly name = 'MissingEnvironmentError';
}

/** @throws {MissingEnvironmentError} when it is unset or empty */
export function requireEnv(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new MissingEnvironmentError(`environment variable ${name} is not set`);
  return value;
}
