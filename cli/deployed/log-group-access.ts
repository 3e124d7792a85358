import type { PatternTest } from '../../aws/logs/cloudwatch-pattern-test.ts';
import type { LogReader } from '../../core/ports/log-reader.ts';

/** What a command asks of CloudWatch Logs. It changes nothing. */
export interface LogAccess {
  readonly region: string;
  readonly reader: LogReader;
  readonly patterns: PatternTest;
  /** Some log groups whose names begin so; none where they may not be listed. */
  namesWith(prefix: string): Promise<readonly string[]>;
}
