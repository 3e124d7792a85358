/** One request to an emulated service, whatever protocol carried it. */
export interface AwsCall {
  /** `dynamodb`, `wafv2`, `ec2`, `s3`: the name in the signature's credential scope. */
  readonly service: string;
  /** As the API reference spells it: `UpdateIPSet`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The Region the caller signed for. */
  readonly region: string;
}

const READS = /^(?:Get|List|Describe|Head|Query|Scan|BatchGet)/;

/** True when the operation may change state: everything that does not read by its name. */
export function isWrite(call: Pick<AwsCall, 'operation'>): boolean {
  return !READS.test(call.operation);
}
