import { type CloudWatchLogsClient, TestMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type PatienceOptions, patientCalls } from '../firewalls/patient-calls.ts';

/** Matches a filter pattern by CloudWatch Logs itself. */
export interface PatternTest {
  /**
   * The texts that the pattern matches. No text may be empty.
   *
   * @throws when CloudWatch Logs can't be asked, or refuses the pattern
   */
  passed(pattern: string, texts: readonly string[]): Promise<ReadonlySet<string>>;
}

/** TestMetricFilter's logEventMessages in the API reference. */
const MOST_TEXTS = 50;
/**
 * Quota "TestMetricFilter throttle limit in transactions per second" is 5 in every Region; nothing
 * else calls it.
 */
const PER_SECOND = 4;

/**
 * Uses TestMetricFilter, which changes nothing: metric filters and subscription filters share one
 * pattern syntax
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 */
export function cloudWatchPatternTest(client: CloudWatchLogsClient, options: PatienceOptions = {}): PatternTest {
  const call = patientCalls(async () => PER_SECOND, options);
  return {
    async passed(filterPattern, texts) {
      const each = [...new Set(texts)];
      const passed = new Set<string>();
      for (let from = 0; from < each.length; from += MOST_TEXTS) {
        const logEventMessages = each.slice(from, from + MOST_TEXTS);
        const command = new TestMetricFilterCommand({ filterPattern, logEventMessages });
        const { matches = [] } = await call((abortSignal) => client.send(command, { abortSignal }));
        // Matched by text, because the documentation leaves open whether events are numbered from 0
        // or from 1.
        for (const { eventMessage } of matches) if (eventMessage !== undefined) passed.add(eventMessage);
      }
      return passed;
    },
  };
}
