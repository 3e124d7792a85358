import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { everyService, everyStack, functionsOf } from './every-function.ts';
import { resourcesOf } from './test-stack.ts';

const LAMBDAS = fileURLToPath(new URL('../../lambdas', import.meta.url));

interface InvokeConfig {
  readonly FunctionName: { readonly Ref: string };
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: unknown } };
}

describe('functions', () => {
  it('are all in some stack, so that these tests cover all', () => {
    expect(everyService()).toEqual(
      readdirSync(LAMBDAS)
        .filter((name) => name !== 'shared')
        .sort(),
    );
  });
});

describe.each([...everyStack().keys()])('functions of the stack %s', (name) => {
  const template = everyStack().get(name);
  if (!template) throw new Error(name);
  const functions = functionsOf(template);

  it('run on Node 24 on arm64, and take no concurrency from others, of which a new account has next to none', () => {
    expect(functions.length).toBeGreaterThan(3);
    for (const { resource } of functions) {
      expect(resource.Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(resource.Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(resource.Properties['MemorySize']).toBeGreaterThanOrEqual(256);
      expect(resource.Properties['Timeout']).toBeGreaterThanOrEqual(60);
    }
  });

  it('log to a group of their own that does not grow for ever', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    const named = functions.map(({ resource }) => (resource.Properties['LoggingConfig'] as LoggingConfig).LogGroup.Ref);
    expect(new Set(named).size).toBe(functions.length);
    for (const id of named) expect(groups[id]?.Properties).toHaveProperty('RetentionInDays');
  });

  it('have a role of their own', () => {
    const roles = functions.map(({ resource }) => JSON.stringify(resource.Properties['Role']));
    expect(new Set(roles).size).toBe(functions.length);
  });

  it('keep what they fail on, unless the next minute brings it again', () => {
    const configs = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')).map(
      ({ Properties }) => Properties as unknown as InvokeConfig,
    );
    for (const { logicalId } of functions) {
      const [config, ...more] = configs.filter(({ FunctionName }) => FunctionName.Ref === logicalId);
      expect({ logicalId, more }).toEqual({ logicalId, more: [] });
      expect(config?.MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(60);
      if (config?.MaximumRetryAttempts === 0) expect(scheduled(logicalId)).toBe(true);
      else expect(config?.DestinationConfig?.OnFailure?.Destination).toBeDefined();
    }
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'))) {
      // What comes from a queue stays in it until it is done.
      const source = JSON.stringify(Properties['EventSourceArn']);
      if (Object.keys(queues).some((id) => source.includes(id))) continue;
      expect(Properties['MaximumRetryAttempts']).toBeGreaterThan(0);
      expect(Properties).toHaveProperty(['DestinationConfig', 'OnFailure', 'Destination']);
    }
  });

  function scheduled(logicalId: string): boolean {
    const schedules = Object.values(resourcesOf(template as NonNullable<typeof template>, 'AWS::Scheduler::Schedule'));
    return schedules.some(({ Properties }) => JSON.stringify(Properties).includes(`"${logicalId}"`));
  }
});

interface LoggingConfig {
  readonly LogGroup: { readonly Ref: string };
}
