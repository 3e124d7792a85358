import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Template } from 'aws-cdk-lib/assertions';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import { BUNDLING } from '../../infra/functions/bundled-code.ts';
import type { LocalIds } from '../../local/intrinsics.ts';
import { environmentOf, type StackResource } from '../../local/template.ts';
import { everyService, everyStack, functionsOf } from './every-function.ts';
import { compiled, testJail } from './test-stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * DESIGN's budgets, in kB. EC2's client is 540 kB, which is why what needs it is a function of its
 * own.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  matcher: 450,
  banner: 700,
  'ec2-banner': 1000,
  expirer: 700,
  lookout: 1000,
  subscriber: 700,
  backfiller: 700,
};

let directory: string;

const folderOf = (service: string) => join(directory, service);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cloudjail-functions-'));
  for (const service of everyService()) {
    mkdirSync(folderOf(service));
    const entryPoints = [join(ROOT, 'lambdas', service, 'main.ts')];
    buildSync({ ...BUNDLING, entryPoints, outfile: join(folderOf(service), 'index.js') });
    writeFileSync(join(folderOf(service), 'jails.json'), JSON.stringify(compiled(testJail())));
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What CloudFormation would put in place of references: something of the same form. */
function standIns(resources: Readonly<Record<string, StackResource>>): LocalIds {
  const own = Object.entries(resources).map(([id, { Type }]) => {
    const ref = Type === 'AWS::WAFv2::IPSet' ? `${id}|0a1b2c3d|REGIONAL` : id;
    return [id, { ref, attributes: { Arn: `arn:aws:service:us-east-1:123456789012:${id}` } }];
  });
  const pseudo = { 'AWS::Partition': 'aws', 'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012' };
  return Object.fromEntries([...own, ...Object.entries(pseudo).map(([name, ref]) => [name, { ref }])]);
}

/** The environment that a stack gives a function. */
function environment(service: string, template: Template): Record<string, string> {
  const { Resources: resources } = template.toJSON() as { Resources: Readonly<Record<string, StackResource>> };
  return environmentOf({ resources, jails: '', remarks: '' }, service, standIns(resources));
}

/** Each environment that some stack gives the function, once for the same variables. */
function environmentsOf(service: string): readonly Record<string, string>[] {
  const having = [...everyStack().values()].filter((one) => functionsOf(one).some((f) => f.service === service));
  const all = having.map((template) => environment(service, template));
  return [...new Map(all.map((one) => [Object.keys(one).sort().join(), one])).values()];
}

/** Imports a function's code as Lambda does. @throws what it throws */
function start(service: string, variables: Readonly<Record<string, string>>): string {
  const cwd = folderOf(service);
  return execFileSync(process.execPath, ['-e', 'console.log(typeof require("./index.js").handler)'], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { NODE_NO_WARNINGS: '1', AWS_REGION: 'us-east-1', LAMBDA_TASK_ROOT: cwd, ...variables },
  }).trim();
}

describe.each(everyService())('the %s', (service) => {
  it('starts with exactly the variables that the template gives it, whatever the stack', () => {
    const environments = environmentsOf(service);
    expect(environments.length).toBeGreaterThan(0);
    for (const variables of environments) expect(start(service, variables)).toBe('function');
  });

  it('is given no variable that its code does not read', () => {
    const names = new Set(environmentsOf(service).flatMap((variables) => Object.keys(variables)));
    const code = readFileSync(join(folderOf(service), 'index.js'), 'utf8');
    const ours = [...names].filter((name) => name.startsWith('CLOUDJAIL_'));
    const keys = new Map(Object.entries(ENV).map(([key, name]) => [name as string, key]));
    expect(ours.length).toBeGreaterThan(0);
    // The bundle has all names in one object; one that is read stands there as a property of it as
    // well.
    for (const name of ours) expect(code).toMatch(new RegExp(`\\w\\.${keys.get(name)}\\b`));
  });

  it('does not start when one is missing that its code needs', () => {
    const [variables = {}] = environmentsOf(service);
    const { [ENV.attemptsTable]: _attempts, [ENV.bansTable]: _bans, ...others } = variables;
    expect(() => start(service, others)).toThrow(/CLOUDJAIL_(?:ATTEMPTS|BANS)_TABLE/);
  });

  it('is given every variable that its own folder names, by some stack', () => {
    const names = new Set(environmentsOf(service).flatMap((variables) => Object.keys(variables)));
    const folder = join(ROOT, 'lambdas', service);
    const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const read = [...code.join('\n').matchAll(/\bENV\.(\w+)/g)].map(([, key = '']) => ENV[key as keyof typeof ENV]);
    for (const name of read) expect(names).toContain(name);
  });

  it('stays within its budget, with the SDK in it', () => {
    const budget = BUDGETS[service];
    expect({ service, budget }).toEqual({ service, budget: expect.any(Number) });
    expect(statSync(join(folderOf(service), 'index.js')).size).toBeLessThanOrEqual((budget ?? 0) * 1000);
    const code = readFileSync(join(folderOf(service), 'index.js'), 'utf8');
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    expect(required.filter((name) => name.startsWith('@aws-sdk/client-') || name === 'aws-sdk')).toEqual([]);
  });
});
