import { expect, it } from 'vitest';
import { TABLE_OUTPUTS } from '../../../cli/deployed/connection.ts';
import { DEFAULT_STACK } from '../../../cli/deployed/stack-options.ts';
import { testStack } from '../../infra/test-stack.ts';

it('the stack and its tables are called what the deployment calls them', () => {
  const { stack, template } = testStack();
  expect(stack.stackName).toBe(DEFAULT_STACK);
  const outputs = template.findOutputs('*');
  expect(outputs[TABLE_OUTPUTS.bans]).toMatchObject({ Value: { Ref: 'BansTable' } });
  expect(outputs[TABLE_OUTPUTS.attempts]).toMatchObject({ Value: { Ref: 'AttemptsTable' } });
});
