import type { Template } from 'aws-cdk-lib/assertions';
import { type Resource, resourcesOf, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

/**
 * Log groups by name and by prefix, and bans that count in all jails: a jail that gives every
 * function something to do.
 */
const JAILS = [testJail({ loggroups: ['/cloudjail/var/log/auth.log', '/web'], logGroupPrefixes: ['/ecs/'] })];

let stacks: ReadonlyMap<string, Template> | undefined;

/**
 * The stack of each of test/fixtures/stacks, by name, with every function there may be in it. Made
 * once.
 */
export function everyStack(): ReadonlyMap<string, Template> {
  stacks ??= new Map(
    Object.entries(STACK_FIXTURES).map(([name, settings]) => [name, testStack({ settings, jails: JAILS }).template]),
  );
  return stacks;
}

export interface StackFunction {
  readonly service: string;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function functionsOf(template: Template): readonly StackFunction[] {
  return Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).map(([logicalId, resource]) => {
    const { Variables } = resource.Properties['Environment'] as { Variables: Readonly<Record<string, unknown>> };
    return { service: String(Variables['POWERTOOLS_SERVICE_NAME']), logicalId, resource };
  });
}

/** The services that some stack has a function for. */
export function everyService(): readonly string[] {
  const all = [...everyStack().values()].flatMap(functionsOf).map(({ service }) => service);
  return [...new Set(all)].sort();
}
