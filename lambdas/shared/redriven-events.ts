import * as v from 'valibot';

const Messages = v.object({
  Records: v.array(
    v.object({
      eventSource: v.literal('aws:sqs'),
      messageId: v.string(),
      body: v.string(),
      attributes: v.object({ ApproximateReceiveCount: v.pipe(v.string(), v.transform(Number)) }),
    }),
  ),
});
const Failure = v.object({ requestPayload: v.record(v.string(), v.unknown()) });

/** A message without a usable event. Thrown, so that it stays in the queue. */
export class UnreadableFailureError extends Error {
  override readonly name = 'UnreadableFailureError';
}

/** An event that a function failed on before. */
export interface RedrivenEvent {
  readonly event: unknown;
  /** How often its message was received from the queue, this time included. */
  readonly received: number;
}

/**
 * The events in Lambda's records of invocations that failed for good, when their queue is redriven
 * to the function; `undefined` for any other input
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 *
 * @throws {UnreadableFailureError} also where Lambda left out the event because the message would
 *   have been too long
 */
export function redrivenEvents(event: unknown): readonly RedrivenEvent[] | undefined {
  const messages = v.safeParse(Messages, event);
  if (!messages.success) return undefined;
  return messages.output.Records.map(({ messageId, body, attributes }) => {
    const failure = v.safeParse(Failure, parsed(body));
    if (!failure.success) throw new UnreadableFailureError(`message ${messageId} has no requestPayload`);
    return { event: failure.output.requestPayload, received: attributes.ApproximateReceiveCount };
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
