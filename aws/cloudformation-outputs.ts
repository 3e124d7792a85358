import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

export type StackLookup =
  | {
      readonly kind: 'found';
      /** CloudFormation's spelling: `UPDATE_COMPLETE`, `CREATE_IN_PROGRESS`, … */
      readonly status: string;
      /** Output values by their keys; none until the stack has been created. */
      readonly outputs: Readonly<Record<string, string>>;
    }
  /** No stack has this name in the client's account and Region. */
  | { readonly kind: 'missing' };

/**
 * Reads the outputs of a stack.
 *
 * @throws DescribeStacks's other errors: no permission, throttling, a name no stack can have
 */
export async function stackOutputs(client: CloudFormationClient, stack: string): Promise<StackLookup> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const [found] = Stacks;
    if (!found) return { kind: 'missing' };
    const outputs = (found.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return { kind: 'found', status: found.StackStatus ?? '', outputs: Object.fromEntries(outputs) };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    throw error;
  }
}

/**
 * DescribeStacks has no error code for a missing stack: it sends a ValidationError, and only the
 * message names the cause.
 */
function isMissing(error: unknown): boolean {
  return (
    error instanceof CloudFormationServiceException &&
    error.name === 'ValidationError' &&
    error.message.endsWith('does not exist')
  );
}
