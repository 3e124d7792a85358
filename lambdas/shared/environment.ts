import * as v from 'valibot';

/** `process.env`, or the replacement of a local run or a test. */
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

/**
 * @returns `undefined` when it is unset
 *
 * @throws Error when it is no JSON or other JSON than the schema's
 */
export function readJsonEnv<Schema extends v.GenericSchema>(
  env: Environment,
  name: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  const text = env[name];
  return text === undefined ? undefined : v.parse(schema, JSON.parse(text));
}
