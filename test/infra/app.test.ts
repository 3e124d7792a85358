import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STACK_FIXTURES } from './test-stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const ONLY_BLOCKLIST = /^info\[BLOCKLIST_ALONE\]: jails? [\w-]+(?:, [\w-]+)*: [^\n]*\n(?: +[^\n]*\n)+\n$/;
const ONLY_BLOCKLIST_OR_NOTHING = new RegExp(`^$|${ONLY_BLOCKLIST.source}`);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cloudjail-app-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/**
 * Runs the app as `cdk synth` does, but without an AWS account, without bundling and without the
 * checks of the template, for speed.
 */
function runApp(settings: Readonly<Record<string, unknown>>) {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      CDK_OUTDIR: join(directory, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [], cloudjail: settings }),
      CDK_VALIDATION: 'false',
    },
  });
  return { status, stderr };
}

/** Writes a configuration directory; returns its path. */
function configuration(files: Readonly<Record<string, string>>): string {
  mkdirSync(join(directory, 'filter.d'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  return directory;
}

describe('the CDK app', () => {
  it('synthesizes without an account, and reports that servers have to load the block list', () => {
    expect(runApp({})).toEqual({ status: 0, stderr: expect.stringMatching(ONLY_BLOCKLIST) });
    const { Resources } = JSON.parse(readFileSync(join(directory, 'cdk.out', 'cloudjail.template.json'), 'utf8'));
    expect(Object.keys(Resources)).toContain('BansTable');
  });

  it('fails on a mistake in a jail with its file, line and a caret, and without a stack trace', () => {
    const configDirectory = configuration({
      'jail.local': '[mine]\nenabled = true\nfilter = mine\nlogpath = /var/log/mine.log\n',
      'filter.d/mine.conf': '[Definition]\nfailregex = ^(denied <HOST>$\n',
    });
    const { status, stderr } = runApp({ configDirectory });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error\[[A-Z_]+\]: /m);
    expect(stderr).toContain('--> filter.d/mine.conf:2:');
    expect(stderr).toContain('2 | failregex = ^(denied <HOST>$\n');
    expect(stderr).toMatch(/^ *\| +\^+$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(Object.entries(STACK_FIXTURES))('synthesizes the settings of test/fixtures/stacks: %s', (_name, settings) => {
    expect(runApp(settings)).toEqual({ status: 0, stderr: expect.stringMatching(ONLY_BLOCKLIST_OR_NOTHING) });
  });

  it('fails on a jail for a target that is not configured, with its line and what to write', () => {
    const { status, stderr } = runApp({ ...STACK_FIXTURES['network-acl-alone'], networkAcls: undefined });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'error[TARGET_NOT_CONFIGURED]: jail sshd: action network-acl: the stack has no network-acl',
    );
    expect(stderr).toContain('--> jail.local:3:');
    expect(stderr).toContain('3 | action  = network-acl\n');
    expect(stderr).toContain('"networkAcls": { "ids": ["acl-…"] }');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('fails on a mistake in the settings with nothing but what is allowed', () => {
    expect(runApp({ scope: 'GLOBAL' })).toEqual({
      status: 1,
      stderr: 'cdk.json: context.cloudjail.scope is "GLOBAL"; allowed: "REGIONAL" or "CLOUDFRONT"\n',
    });
  });
});
