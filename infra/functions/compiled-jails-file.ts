import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CompiledJails } from '../../core/records/compiled-jail.ts';

/** File name of the compiled jails, in the cloud assembly and beside a function's code. */
export const JAILS_FILE = 'jails.json';

/** Writes the compiled jails into the cloud assembly; returns the file's path. */
export function writeJailsFile(scope: Construct, jails: CompiledJails): string {
  const assembly = Stage.of(scope)?.outdir;
  if (assembly === undefined) throw new Error('a Cloudjail belongs in a stack of an App or a Stage');
  const path = join(assembly, JAILS_FILE);
  writeFileSync(path, JSON.stringify(jails));
  return path;
}
