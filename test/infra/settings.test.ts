import { describe, expect, it } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

describe('readSettings', () => {
  it('fills in the defaults', () => {
    const defaults = { scope: 'REGIONAL', removalPolicy: 'RETAIN', logRetentionDays: 90, neverBan: [] };
    expect(readSettings(undefined)).toEqual(defaults);
    expect(readSettings({})).toEqual(defaults);
  });

  it('takes every setting', () => {
    const settings = {
      configDirectory: 'examples/config',
      scope: 'CLOUDFRONT',
      removalPolicy: 'DESTROY',
      logRetentionDays: 365,
      neverBan: ['198.51.100.7', '2001:db8::/32', '10.0.0.0/255.0.0.0'],
    };
    expect(readSettings(settings)).toEqual(settings);
  });

  it.each([
    [{ scope: 'regional' }, 'cdk.json: context.cloudjail.scope is "regional"; allowed: "REGIONAL" or "CLOUDFRONT"'],
    [{ removalPolicy: true }, 'cdk.json: context.cloudjail.removalPolicy is true; allowed: "RETAIN" or "DESTROY"'],
    [{ logRetentionDays: 42 }, 'cdk.json: context.cloudjail.logRetentionDays is 42; allowed: one of 1, 3, 5, 7, 14'],
    [{ configDirectory: '' }, 'cdk.json: context.cloudjail.configDirectory is ""; allowed: the path of a directory'],
    [
      { neverBan: ['198.51.100.7', '198.51.100.0/33'] },
      'cdk.json: context.cloudjail.neverBan is ["198.51.100.7","198.51.100.0/33"]; allowed: a list of addresses and ranges',
    ],
    [{ neverBan: '198.51.100.7' }, 'cdk.json: context.cloudjail.neverBan is "198.51.100.7"; allowed: a list'],
    [
      { scoop: 'REGIONAL' },
      'cdk.json: context.cloudjail.scoop is not a setting; allowed: configDirectory, scope, removalPolicy, logRetentionDays, neverBan',
    ],
    ['REGIONAL', 'cdk.json: context.cloudjail is "REGIONAL"; allowed: an object with any of configDirectory'],
    [[], 'cdk.json: context.cloudjail is []; allowed: an object'],
    [null, 'cdk.json: context.cloudjail is null; allowed: an object'],
  ])('says of %j what is wrong and what is allowed', (context, message) => {
    expect(() => readSettings(context)).toThrow(message);
  });

  it('reports every mistake at once', () => {
    expect(() => readSettings({ scope: 1, removalPolicy: 2 })).toThrow(/scope is 1.*\n.*removalPolicy is 2/);
  });
});
