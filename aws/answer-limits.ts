/** Milliseconds that AWS may leave a call without a byte before it is made again. */
const PATIENCE_MS = 10_000;
/** FilterLogEvents may search many streams before it answers. */
export const LOGS_PATIENCE_MS = 30_000;
const CONNECTION_MS = 5_000;

/**
 * The settings of a client of the AWS SDK, which waits without end by itself: a connection that is
 * taken and never answered ends in a TimeoutError. The SDK makes the call again as it does after
 * any failure (three times by default), so a function still has the larger part of its minute.
 */
export function withAnswerLimits<T extends object>(
  settings: T,
  patienceMs = PATIENCE_MS,
): T & { readonly requestHandler: { readonly connectionTimeout: number; readonly socketTimeout: number } } {
  return { ...settings, requestHandler: { connectionTimeout: CONNECTION_MS, socketTimeout: patienceMs } };
}
