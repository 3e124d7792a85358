import { Validations } from 'aws-cdk-lib';
import { stackTargets } from '../core/config/stack-targets.ts';
import { cloudjailApp } from './cloudjail-app.ts';
import { CloudjailStack } from './cloudjail-stack.ts';
import { compileDirectory } from './compile-directory.ts';
import { ConfigurationError } from './settings/configuration-error.ts';
import { readSettings, SETTINGS_KEY } from './settings/settings.ts';
import { synthesisSummary } from './synthesis-summary.ts';

try {
  await synthesize();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function synthesize(): Promise<void> {
  const app = cloudjailApp({ autoSynth: false });
  const settings = readSettings(app.node.tryGetContext(SETTINGS_KEY));
  const targets = stackTargets(settings);
  const { jails, remarks, warnings } = compileDirectory(settings.configDirectory, targets);
  for (const remark of remarks) process.stderr.write(`${remark}\n\n`);
  const stack = new CloudjailStack(app, { settings, jails });
  // CDK's own switch for checks of the template; a local run, which deploys nothing, turns them off
  // for speed, and shows results of its own.
  const isLocal = process.env['CDK_VALIDATION'] === 'false';
  if (!isLocal) {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  const { directory: outdir } = app.synth();
  const summary = synthesisSummary({ stack, jails: jails.jails, targets, warnings, outdir });
  if (!isLocal) process.stderr.write(`${summary}\n`);
}
