import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll } from 'vitest';
import { type Resource, resourcesOf, testStack } from './test-stack.ts';

export let template: Template;

beforeAll(() => {
  template = testStack().template;
});

/** The event source mappings that read the stream of the bans table. */
export function streamReaders(of: Template): readonly Resource[] {
  return Object.values(resourcesOf(of, 'AWS::Lambda::EventSourceMapping')).filter(({ Properties }) =>
    JSON.stringify(Properties['EventSourceArn']).includes('StreamArn'),
  );
}
