import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { startDynamoDb } from '../../local/emulators/dynamodb.ts';
import { compiled, functionOf, testJail, testStack } from './test-stack.ts';

interface Bundles {
  readonly assembly: string;
  /** The folder of a function's code. */
  readonly folderOf: (service: string) => string;
}

const assemblies: string[] = [];

/** A target for each banner. */
const SETTINGS = { networkAcls: { ids: ['acl-01234567'] }, blocklist: { bucket: 'lists' } };

/** The stack with its functions really bundled. */
function bundle(jails: readonly CompiledJail[]): Bundles {
  const { app, template } = testStack({ jails, settings: SETTINGS, app: { context: {} } });
  const assembly = app.outdir;
  assemblies.push(assembly);
  return {
    assembly,
    folderOf(service) {
      const { S3Key } = functionOf(template, service).Properties['Code'] as { S3Key: string };
      return join(assembly, `asset.${S3Key.replace('.zip', '')}`);
    },
  };
}

describe('bundles', () => {
  const jails = [testJail({ maxretry: 5, logGroupPrefixes: ['/aws/ecs/web-'] })];
  let bundles: Bundles;
  let afterJailChange: Bundles;

  beforeAll(() => {
    bundles = bundle(jails);
    afterJailChange = bundle([testJail({ maxretry: 6 })]);
  });

  afterAll(() => {
    for (const assembly of assemblies) rmSync(assembly, { recursive: true, force: true });
  });

  it.each([
    ['matcher', 450],
    ['banner', 700],
    // EC2's client is 540 kB of it, which is why it is a function of its own: WAF's bans do not
    // wait for it to load.
    ['ec2-banner', 1000],
    ['expirer', 700],
    ['backfiller', 700],
    ['subscriber', 700],
    // EC2's client is 540 kB of it. Its cold start delays nothing.
    ['lookout', 1000],
  ])('%s stays within %i kB', (service, kilobytes) => {
    expect(statSync(join(bundles.folderOf(service), 'index.js')).size).toBeLessThanOrEqual(kilobytes * 1000);
  });

  it.each([
    ['matcher', ['index.js', 'jails.json']],
    ['banner', ['index.js', 'jails.json']],
    ['ec2-banner', ['index.js', 'jails.json']],
    ['expirer', ['index.js']],
    ['lookout', ['index.js', 'jails.json']],
    ['backfiller', ['index.js', 'jails.json']],
  ])('%s is deployed as %j', (service, files) => {
    expect(readdirSync(bundles.folderOf(service)).sort()).toEqual(files);
  });

  it('carry the compiled jails', () => {
    const text = readFileSync(join(bundles.folderOf('matcher'), 'jails.json'), 'utf8');
    expect(text).toBe(JSON.stringify(compiled(...jails)));
  });

  it('change their hash with the jails alone, where the jails are used', () => {
    const hash = (of: Bundles, service: string) => of.folderOf(service).slice(of.assembly.length);
    expect(hash(afterJailChange, 'matcher')).not.toBe(hash(bundles, 'matcher'));
    expect(hash(afterJailChange, 'banner')).not.toBe(hash(bundles, 'banner'));
    expect(hash(afterJailChange, 'ec2-banner')).not.toBe(hash(bundles, 'ec2-banner'));
    expect(hash(afterJailChange, 'expirer')).toBe(hash(bundles, 'expirer'));
  });

  it.each(['matcher', 'banner', 'ec2-banner', 'expirer', 'lookout', 'backfiller'])(
    'of the %s load as Lambda loads them',
    (service) => {
      const folder = bundles.folderOf(service);
      const printed = execFileSync(process.execPath, ['-e', 'console.log(typeof require("./index.js").handler)'], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          NODE_NO_WARNINGS: '1',
          AWS_REGION: 'us-east-1',
          LAMBDA_TASK_ROOT: folder,
          POWERTOOLS_SERVICE_NAME: service,
          [ENV.attemptsTable]: 'attempts',
          [ENV.bansTable]: 'bans',
          [ENV.jailsFile]: 'jails.json',
          [ENV.onManualRemoval]: 'reban',
          [ENV.wafIpv4Sets]: 'cloudjail-ipv4|1|REGIONAL',
          [ENV.wafIpv6Sets]: 'cloudjail-ipv6|2|REGIONAL',
          [ENV.blocklist]: '{"bucket":"lists","prefix":"blocklist/","formats":["plain"]}',
          [ENV.networkAcls]: '{"ids":["acl-01234567"],"firstRule":1,"capacity":18,"byPort":false}',
        },
      });
      expect(printed.trim()).toBe('function');
    },
  );

  it('call AWS with the credentials Lambda gives them', async () => {
    const dynamoDb = await startDynamoDb();
    try {
      const script = 'require("./index.js").handler({}).catch((error) => console.log(error.name))';
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
        cwd: bundles.folderOf('expirer'),
        env: {
          NODE_NO_WARNINGS: '1',
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_SESSION_TOKEN: 'local',
          AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
          POWERTOOLS_SERVICE_NAME: 'expirer',
          [ENV.bansTable]: 'bans',
        },
      });
      // Signed and understood, and refused only because there is no such table.
      expect(stdout).toContain('ResourceNotFoundException');
    } finally {
      await dynamoDb.close();
    }
  });
});
