import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { STACK_FIXTURES, type TestStack, testJail, testStack } from './test-stack.ts';

/**
 * What the AwsSolutions rules find, acknowledged findings left out. Synthesis itself throws on an
 * error among them.
 */
function findings(options: TestStack = {}): string[] {
  const { app } = testStack({
    ...options,
    before(app, stack) {
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      options.before?.(app, stack);
    },
  });
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap((plugin: { violations: { ruleName: string }[] }) =>
    plugin.violations.map(({ ruleName }) => ruleName),
  );
}

describe('cdk-nag, AwsSolutions', () => {
  it.each([
    ['as it comes', {}],
    ['for CloudFront', { scope: 'CLOUDFRONT' }],
    ['disposable', { removalPolicy: 'DESTROY' }],
    ...Object.entries(STACK_FIXTURES),
    ['everything, for CloudFront', { ...STACK_FIXTURES['everything'], scope: 'CLOUDFRONT' }],
  ])('finds nothing that is not acknowledged with a reason: %s', (_name, settings) => {
    expect(findings({ settings })).toEqual([]);
  });

  it('finds nothing of log groups that are too many for one policy', () => {
    const loggroups = Array.from({ length: 120 }, (_, i) => `/aws/containers/of-a-rather-long-name/service-${i}`);
    expect(findings({ jails: [testJail({ loggroups })] })).toEqual([]);
  });

  it('finds nothing of log groups by prefix, with a key of the operator', () => {
    const jails = [testJail({ logGroupPrefixes: ['/aws/ecs/web-', '/aws/ecs/web-eu-', '/cloudjail/app-'] })];
    expect(findings({ jails, settings: STACK_FIXTURES['prefixes'] ?? {} })).toEqual([]);
  });

  it('would find a queue left unencrypted in transit', () => {
    expect(() => findings({ before: (_app, stack) => new Queue(stack, 'Careless') })).toThrow(/validation/i);
  });
});
