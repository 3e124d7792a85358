import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompiledJailsError, readCompiledJails } from '../../lambdas/shared/compiled-jails-file.ts';
import { MissingEnvironmentError, requireEnv } from '../../lambdas/shared/environment.ts';
import { plainJail } from '../support/plain-jail.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cloudjail-jails-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** What a function reads that was deployed with this text as its jails. */
function read(text: string) {
  writeFileSync(join(root, 'jails.json'), text);
  return readCompiledJails('jails.json', { LAMBDA_TASK_ROOT: root });
}

describe('readCompiledJails', () => {
  it('reads what synth wrote', () => {
    const jails = [plainJail({ name: 'sshd' })];
    expect(read(JSON.stringify({ format: 1, jails }))).toEqual(JSON.parse(JSON.stringify(jails)));
  });

  it.each([
    ['another format', '{"format":2,"jails":[]}', 'has format 2, this code reads 1: deploy again'],
    ['no JSON', '{', 'cannot read the compiled jails'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text)).toThrow(CompiledJailsError);
    expect(() => read(text)).toThrow(message);
  });

  it('refuses to start without the file', () => {
    expect(() => readCompiledJails('none.json', { LAMBDA_TASK_ROOT: root })).toThrow(CompiledJailsError);
  });
});

describe('requireEnv', () => {
  it.each([{}, { TABLE: '' }])('refuses to start without a variable (%j)', (env) => {
    expect(() => requireEnv(env, 'TABLE')).toThrow(MissingEnvironmentError);
  });
});
