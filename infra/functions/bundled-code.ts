import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How functions are bundled, wherever they are. */
export const BUNDLING: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Lambda loads CommonJS a little faster than an ES module of the same code.
  format: 'cjs',
  minify: true,
  logLevel: 'warning',
  // The ES modules of the SDK shake better than its CommonJS.
  mainFields: ['module', 'main'],
  // A function's credentials come from one place; the ways to come by others elsewhere would be
  // almost a third of its code.
  alias: { '@aws-sdk/credential-provider-node': `${ROOT}lambdas/shared/lambda-credentials.ts` },
  absWorkingDir: ROOT,
};

/**
 * The code of `lambdas/<name>/main.ts` and all it imports in one file, the SDK included: with the
 * SDK of the runtime, AWS decides when its behavior changes, and the cold start is longer. By
 * esbuild in this process: CDK's NodejsFunction starts it by npx, which takes longer than the
 * bundling does.
 *
 * @param fileBesideCode path of a file to lay beside it; a change of it alone makes other code
 */
export function bundledCode(name: string, fileBesideCode: string | undefined): Code {
  return Code.fromAsset(join(ROOT, 'lambdas', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never asked for, since the local way always works.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDirectory) {
          const entryPoints = [join(ROOT, 'lambdas', name, 'main.ts')];
          buildSync({ ...BUNDLING, entryPoints, outfile: join(outputDirectory, 'index.js') });
          // Before CDK hashes the bundle, so that the file is part of the hash.
          if (fileBesideCode) copyFileSync(fileBesideCode, join(outputDirectory, basename(fileBesideCode)));
          return true;
        },
      },
    },
  });
}
