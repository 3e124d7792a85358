/** One request to an emulated service, independent of the protocol. */
export interface AwsCall {
  /** `dynamodb`, `wafv2`, `ec2`, `s3`: the name in the signature's credential scope. */
  readonly service: string;
  /** The name in the API reference: `UpdateIPSet`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The Region the caller signed for. */
  readonly region: string;
}

const READS = /^(?:Get|List|Describe|Head|Query|Scan|BatchGet)/;

/**
 * True when the operation may change state: all operations except those whose name is that of a
 * read.
 */
export function isWrite(call: Pick<AwsCall, 'operation'>): boolean {
  return !READS.test(call.operation);
}
