/** A log group as a listing shows it. */
export interface ListedLogGroup {
  readonly name: string;
  /** Epoch milliseconds: another one of the same name has another. */
  readonly createdAt: number;
  /** `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`, …: only the first takes subscriptions. */
  readonly logClass: string;
}

export interface Subscription {
  readonly filterName: string;
  /** What it lets through; `''`: everything. */
  readonly pattern: string;
  readonly destination: string;
}

/**
 * What became of a change. `full`: the log group has as many filters as it may, all of others.
 * `gone`: there is no such log group, or no such filter. `busy`: somebody else is changing it; to
 * be tried again.
 */
export type SubscriptionOutcome = { readonly kind: 'done' | 'full' | 'gone' | 'busy' } | Refused;

/**
 * CloudWatch Logs won't have it for this log group, for the reason given: it is not of a kind for
 * it, or we are not allowed to.
 */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/**
 * The subscription filters of log groups. Each call waits for a turn, since CloudWatch Logs limits
 * them.
 *
 * Methods throw when CloudWatch Logs can't be asked, lets us list nothing, or takes no more calls
 * for now.
 */
export interface LogSubscriptions {
  /** The log groups whose names begin with `prefix`, page by page. */
  groups(prefix: string): AsyncIterable<readonly ListedLogGroup[]>;
  /** All of a log group's; none where there is no such log group. */
  of(logGroup: string): Promise<readonly Subscription[] | Refused>;
  /** Makes it, or changes the one of that name. */
  put(logGroup: string, subscription: Subscription): Promise<SubscriptionOutcome>;
  remove(logGroup: string, filterName: string): Promise<SubscriptionOutcome>;
}
