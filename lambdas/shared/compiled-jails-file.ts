import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_FORMAT, type CompiledJail, type CompiledJails } from '../../core/records/compiled-jail.ts';
import type { Environment } from './environment.ts';

/**
 * The compiled jails are missing, broken or of another format: the jails and the code were not
 * deployed together.
 */
export class CompiledJailsError extends Error {
  override readonly name = 'CompiledJailsError';
}

/**
 * Reads the jails that were compiled at synth and deployed beside the function's code.
 *
 * @param file name relative to LAMBDA_TASK_ROOT
 * @throws {CompiledJailsError}
 */
export function readCompiledJails(file: string, env: Environment): readonly CompiledJail[] {
  const path = join(env['LAMBDA_TASK_ROOT'] ?? '.', file);
  const compiled = parse(path);
  if (compiled.format !== COMPILED_FORMAT) {
    throw new CompiledJailsError(
      `${file} has format ${compiled.format}, this code reads ${COMPILED_FORMAT}: deploy again`,
    );
  }
  return compiled.jails;
}

function parse(path: string): CompiledJails {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CompiledJailsError(`cannot read the compiled jails: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
