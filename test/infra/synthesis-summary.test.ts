import { join } from 'node:path';
import { expect, it } from 'vitest';
import { synthesisSummary } from '../../infra/synthesis-summary.ts';
import { testJail, testStack } from './test-stack.ts';

it('the last line of synth counts what the template holds, and shows where it is', () => {
  const { stack, template } = testStack();
  const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length;
  const summary = synthesisSummary({
    stack,
    jails: [testJail()],
    targets: ['waf', 'blocklist'],
    warnings: 2,
    outdir: join(process.cwd(), 'cdk.out'),
  });
  expect(alarms).toBeGreaterThan(10);
  expect(summary).toBe(
    `1 jail, 2 targets (waf, blocklist), ${alarms} alarms, 2 warnings: cdk.out/cloudjail.template.json`,
  );
});
