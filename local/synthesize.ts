import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { StackTemplate } from './template.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The CDK app refused to synthesize; the message is its output. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/** The name is fixed, independent of the deployed stack's. */
const STACK_NAME = 'cloudjail';

export interface SynthesizeOptions {
  /**
   * Settings that replace those of the `cloudjail` block of cdk.json. A relative `configDirectory`
   * starts at the repository.
   */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * Synthesizes the stack with the CDK app itself in a child process: no AWS account, no bundling of
 * the functions' code, no checks of the template. About a second.
 *
 * @throws {SynthesisError} when the app refuses, mostly for mistakes in the configuration
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<StackTemplate> {
  const assembly = await mkdtemp(join(tmpdir(), 'cloudjail-synth-'));
  try {
    const remarks = await runApp({
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify(await context(options.settings ?? {})),
      CDK_VALIDATION: 'false',
    });
    const template = v.parse(
      Template,
      JSON.parse(await readFile(join(assembly, `${STACK_NAME}.template.json`), 'utf8')),
    );
    return { resources: template.Resources, jails: await readFile(join(assembly, 'jails.json'), 'utf8'), remarks };
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

const Template = v.object({
  Resources: v.record(
    v.string(),
    v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) }),
  ),
});

const CdkJson = v.object({ context: v.looseObject({ cloudjail: v.record(v.string(), v.unknown()) }) });

async function context(settings: Readonly<Record<string, unknown>>): Promise<object> {
  const { context } = v.parse(CdkJson, JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8')));
  return {
    ...context,
    'aws:cdk:bundling-stacks': [],
    cloudjail: { ...context.cloudjail, ...settings, stackName: STACK_NAME },
  };
}

function runApp(environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed.trim());
      else reject(new SynthesisError(printed.trim() || `the CDK app ended with code ${code}`));
    });
  });
}
