/**
 * The part of what Lambda passes to a function about its invocation that matters here (Developer
 * Guide, "context object").
 */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
