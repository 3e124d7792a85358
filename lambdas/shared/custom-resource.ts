import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';

const Request = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.string(),
  StackId: v.string(),
  RequestId: v.string(),
  LogicalResourceId: v.string(),
  PhysicalResourceId: v.optional(v.string()),
  ResourceProperties: v.record(v.string(), v.unknown()),
});

/**
 * CloudFormation's request to a custom resource
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html).
 */
export type ResourceRequest = v.InferOutput<typeof Request>;

export type ResourceAnswer =
  | { readonly status: 'SUCCESS' }
  /** The reason is shown among the stack's events. */
  | { readonly status: 'FAILED'; readonly reason: string };

/** The request in an event of the function; `undefined` for any other event. */
export function readResourceRequest(event: unknown): ResourceRequest | undefined {
  const result = v.safeParse(Request, event);
  return result.success ? result.output : undefined;
}

const TRIES = 4;
const PAUSE_MS = 1_000;
const LONGEST_TRY_MS = 5_000;
/** The answer may have 4,096 bytes in all (crpg-ref-responses); ids take up to half of that. */
const LONGEST_REASON = 1_000;

/**
 * Answers CloudFormation, which otherwise waits until the resource's ServiceTimeout, and at the end
 * of that for the stack to fail.
 *
 * @param physicalId used for a resource that has none yet
 * @throws when the answer can't be delivered
 */
export async function answerResourceRequest(
  request: ResourceRequest,
  answer: ResourceAnswer,
  physicalId: string,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = physicalId } = request;
  const body = JSON.stringify({
    Status: answer.status,
    ...(answer.status === 'FAILED' ? { Reason: printable(answer.reason) } : {}),
    PhysicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
  });
  for (let left = TRIES - 1; ; left--) {
    const failure = await put(request.ResponseURL, body);
    if (failure === undefined) return;
    if (left === 0) throw new Error(`CloudFormation did not take the answer: ${failure}`);
    await setTimeout(PAUSE_MS);
  }
}

/** The reason of the failure, without the URL, because anyone with the URL can answer. */
async function put(url: string, body: string): Promise<string | undefined> {
  try {
    // The URL is signed for a request without a content type.
    const headers = { 'content-type': '' };
    const signal = AbortSignal.timeout(LONGEST_TRY_MS);
    const response = await fetch(url, { method: 'PUT', headers, body, signal });
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'no answer';
  }
}

/** ASCII, so that characters are bytes. */
function printable(reason: string): string {
  return reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST_REASON);
}
