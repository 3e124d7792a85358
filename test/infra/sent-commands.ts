import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { BUNDLING } from '../../infra/functions/bundled-code.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Names of services in IAM, where they are not the client's. */
const SERVICES: Readonly<Record<string, string>> = { 'cloudwatch-logs': 'logs' };

/** HeadObject is a right to GetObject. */
const RIGHTS: Readonly<Record<string, string>> = { 's3:HeadObject': 's3:GetObject' };

/**
 * The IAM actions of the SDK's commands that are in a function's bundle. Of a store that several
 * functions share, all commands are, though one function may use only some.
 */
export function sentCommands(service: string): ReadonlySet<string> {
  const { metafile } = buildSync({
    ...BUNDLING,
    entryPoints: [join(ROOT, 'lambdas', service, 'main.ts')],
    outfile: 'index.js',
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.entries(inputs));
  const actions = inputs.flatMap(([path, { bytesInOutput }]) => {
    const [, client = '', command] = /@aws-sdk\/client-([\w-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
    return command === undefined || bytesInOutput === 0 ? [] : [`${SERVICES[client] ?? client}:${command}`];
  });
  return new Set(actions.map((action) => RIGHTS[action] ?? action));
}
