import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The bundling options of all functions. */
export const BUNDLING: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Lambda loads CommonJS a little faster than an ES module of the same code.
  format: 'cjs',
  minify: true,
  logLevel: 'warning',
  // Tree shaking works better on the SDK's ES modules than on its CommonJS.
  mainFields: ['module', 'main'],
  // A function's credentials have one source; the SDK's code for the other sources would be almost
  // a third of the bundle.
  alias: { '@aws-sdk/credential-provider-node': `${ROOT}lambdas/shared/lambda-credentials.ts` },
  absWorkingDir: ROOT,
};

/**
 * The code of `lambdas/<name>/main.ts` and all it imports in one file, the SDK included: with the
 * runtime's SDK AWS would decide when its behavior changes, and the cold start would be longer.
 * esbuild runs in this process, because CDK's NodejsFunction starts it by npx, which takes longer
 * than the bundling.
 *
 * @param fileBesideCode path of a file to put beside the code; a change of the file alone changes
 *   the code hash
 */
export function bundledCode(name: string, fileBesideCode: string | undefined): Code {
  return Code.fromAsset(join(ROOT, 'lambdas', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used, because local bundling always works.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDirectory) {
          const entryPoints = [join(ROOT, 'lambdas', name, 'main.ts')];
          buildSync({ ...BUNDLING, entryPoints, outfile: join(outputDirectory, 'index.js') });
          // Copied before CDK hashes the bundle, so that the file is part of the hash.
          if (fileBesideCode) copyFileSync(fileBesideCode, join(outputDirectory, basename(fileBesideCode)));
          return true;
        },
      },
    },
  });
}
