/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
 */

import { FILTER_PATTERN, invalidParameter, type LogsOperation } from './cloudwatch-logs-operation.ts';
import { patternMatcher, type TermReading } from './cloudwatch-logs-pattern.ts';

/** TestEventMessages in the API reference. */
const MOST_MESSAGES = 50;
/** Event size in the quotas. */
const MOST_BYTES = 1 << 20;

/** Which of some messages a pattern lets through. */
export function testMetricFilterOperation(reading: TermReading): LogsOperation {
  return {
    perSecond: () => 5,
    constraints: { filterPattern: FILTER_PATTERN, logEventMessages: { list: true } },
    run({ input }) {
      const { filterPattern, logEventMessages } = input as Input;
      checkMessages(logEventMessages);
      const matches = patternMatcher(filterPattern, reading);
      const numbered = logEventMessages.map((eventMessage, index) => ({ eventMessage, eventNumber: index + 1 }));
      return {
        matches: numbered
          .filter(({ eventMessage }) => matches(eventMessage))
          .map((match) => ({ ...match, extractedValues: {} })),
      };
    },
  };
}

type Input = { readonly filterPattern: string; readonly logEventMessages: readonly string[] };

function checkMessages(messages: readonly string[]): void {
  const refuse = (what: string): never => {
    const where = "Value at 'logEventMessages' failed to satisfy constraint";
    throw invalidParameter(`1 validation error detected: ${where}: ${what}`);
  };
  if (messages.length < 1) refuse('Member must have length greater than or equal to 1');
  if (messages.length > MOST_MESSAGES) refuse(`Member must have length less than or equal to ${MOST_MESSAGES}`);
  if (messages.includes(''))
    refuse('Member must satisfy constraint: [Member must have length greater than or equal to 1]');
  if (messages.some((message) => Buffer.byteLength(message) > MOST_BYTES)) refuse('Log event too large');
}
