import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import { SynthesisError, synthesize } from '../../local/synthesize.ts';
import { environmentOf, ipSetsOf, type StackTemplate, tablesOf } from '../../local/template.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cloudjail-config-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('synthesize', () => {
  let template: StackTemplate;

  beforeAll(async () => {
    writeFileSync(join(directory, 'jail.local'), '[sshd]\nenabled = true\nmaxretry = 7\n');
    // What the deployed stack is called does not matter here.
    template = await synthesize({ settings: { configDirectory: directory, stackName: 'cloudjail-fleet' } });
  });

  it('gives the tables and IP sets the deployed functions would find', () => {
    const names = tablesOf(template).map(({ input, ttl, hasStream }) => [input.TableName, ttl, hasStream]);
    expect(names).toEqual([
      ['cloudjail-AttemptsTable', 'ttl', false],
      ['cloudjail-BansTable', 'ttl', true],
    ]);
    expect(ipSetsOf(template).map(({ input }) => [input.Name, input.IPAddressVersion])).toEqual([
      ['cloudjail-ipv4', 'IPV4'],
      ['cloudjail-ipv6', 'IPV6'],
    ]);
  });

  it('gives the environment the banner would have', () => {
    const ids = {
      AttemptsTable: { ref: 'cloudjail-AttemptsTable' },
      BansTable: { ref: 'cloudjail-BansTable' },
      BlocklistBucket: { ref: 'lists' },
      Ipv4Set: { ref: 'cloudjail-ipv4|id-4|REGIONAL' },
      Ipv6Set: { ref: 'cloudjail-ipv6|id-6|REGIONAL' },
    };
    expect(environmentOf(template, 'banner', ids)).toMatchObject({
      [ENV.bansTable]: 'cloudjail-BansTable',
      [ENV.jailsFile]: 'jails.json',
      [ENV.wafIpv4Sets]: 'cloudjail-ipv4|id-4|REGIONAL',
      [ENV.wafIpv6Sets]: 'cloudjail-ipv6|id-6|REGIONAL',
    });
  });

  it('gives the compiled jails of the configuration it was asked for', () => {
    expect(JSON.parse(template.jails).jails).toMatchObject([{ name: 'sshd', maxretry: 7 }]);
  });
});

describe('a refusal', () => {
  it("is the app's output, without a stack trace", async () => {
    const refusal = await synthesize({ settings: { scope: 'GLOBAL' } }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SynthesisError);
    expect(refusal).toMatchObject({
      message: 'cdk.json: context.cloudjail.scope is "GLOBAL"; allowed: "REGIONAL" or "CLOUDFRONT"',
    });
  });
});
