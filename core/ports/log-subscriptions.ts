/** A log group as listed. */
export interface ListedLogGroup {
  readonly name: string;
  /** Epoch milliseconds; a later log group of the same name has a different time. */
  readonly createdAt: number;
  /** `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`, …: only the first takes subscriptions. */
  readonly logClass: string;
}

export interface Subscription {
  readonly filterName: string;
  /** The filter pattern; `''`: everything. */
  readonly pattern: string;
  readonly destination: string;
}

/**
 * The outcome of a change. `full`: the log group has as many filters as allowed, all of them
 * foreign. `gone`: the log group or filter does not exist. `busy`: another change is in progress;
 * try again.
 */
export type SubscriptionOutcome = { readonly kind: 'done' | 'full' | 'gone' | 'busy' } | Refused;

/**
 * CloudWatch Logs refuses the change for this log group, with a reason: its class does not allow
 * it, or we lack the right.
 */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/**
 * The subscription filters of log groups. Each call waits for a turn, since CloudWatch Logs limits
 * them.
 *
 * Methods throw when CloudWatch Logs can't be reached, denies listing, or throttles calls.
 */
export interface LogSubscriptions {
  /** The log groups whose names begin with `prefix`, page by page. */
  groups(prefix: string): AsyncIterable<readonly ListedLogGroup[]>;
  /** All filters of a log group; none if the log group does not exist. */
  of(logGroup: string): Promise<readonly Subscription[] | Refused>;
  /** Creates the filter, or changes the one of that name. */
  put(logGroup: string, subscription: Subscription): Promise<SubscriptionOutcome>;
  remove(logGroup: string, filterName: string): Promise<SubscriptionOutcome>;
}
