/**
 * An error as an AWS service answers it. Emulators throw it; the protocol of the service puts it on
 * the wire.
 */
export class ServiceError extends Error {
  /** The shape name SDKs turn into the exception's `name`, such as `WAFOptimisticLockException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error shape, such as `Field`, `Parameter`, `Reason`. */
  readonly members: Readonly<Record<string, unknown>>;
  /**
   * The prefix that services written on Coral put before the code:
   * `com.amazonaws.dynamodb.v20120810#`.
   */
  readonly namespace: string;

  constructor(
    code: string,
    message: string,
    more: { status?: number; members?: Readonly<Record<string, unknown>>; namespace?: string } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = more.status ?? 400;
    this.members = more.members ?? {};
    this.namespace = more.namespace ?? '';
  }
}
