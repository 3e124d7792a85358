/** The subscriber's findings from its last check of the log groups that jails read by prefix. */
export interface SubscriptionReport {
  /** Epoch seconds. */
  readonly at: number;
  /** The number of log groups the matcher is subscribed to. */
  readonly subscribed: number;
  /** The number of log groups there was no time for. */
  readonly left: number;
  /** Log groups that should be read and are not, by name: the first hundred and the total. */
  readonly unread: readonly UnreadLogGroup[];
  readonly unreadCount: number;
}

export interface UnreadLogGroup {
  readonly logGroup: string;
  readonly reason: string;
}

/** Keeps the last report. Methods throw when the store fails. */
export interface SubscriptionReportStore {
  /** `undefined` before the first. */
  read(): Promise<SubscriptionReport | undefined>;
  write(report: SubscriptionReport): Promise<void>;
}
