import { Validations } from 'aws-cdk-lib';
import { stackTargets } from '../core/config/stack-targets.ts';
import { cloudjailApp } from './cloudjail-app.ts';
import { CloudjailStack } from './cloudjail-stack.ts';
import { compileDirectory } from './compile-directory.ts';
import { ConfigurationError } from './settings/configuration-error.ts';
import { readSettings, SETTINGS_KEY } from './settings/settings.ts';

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
  const { jails, remarks } = compileDirectory(settings.configDirectory, stackTargets(settings));
  for (const remark of remarks) process.stderr.write(`${remark}\n\n`);
  new CloudjailStack(app, { settings, jails });
  // CDK's own switch for checks of the template; a local run, which deploys nothing, turns them off
  // for speed.
  if (process.env['CDK_VALIDATION'] !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
}
