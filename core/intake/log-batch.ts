/** Log events of one log stream, as one delivery brought them, in the stream's order. */
export interface LogBatch {
  readonly logGroup: string;
  readonly logStream: string;
  /** Those that may concern a jail. */
  readonly events: readonly LogEvent[];
  /** Events of the delivery that were seen to concern no jail and are not in `events`. */
  readonly passedOver?: number;
}

export interface LogEvent {
  /** Unique in the log group; the same in a redelivery. */
  readonly id: string;
  /** When it happened by the agent's reading, epoch milliseconds. */
  readonly timestampMs: number;
  readonly message: string;
}
