/**
 * One attempt of one id in one jail: when, and which log event told of it. Two attempts are the same attempt when both agree,
 * so adding one twice (CloudWatch redelivers) changes nothing.
 */
export interface Attempt {
  /** Whole epoch seconds. */
  readonly time: number;
  /** {@link eventHash} of the CloudWatch event id. */
  readonly event: string;
}

/** `time#event`: the attempt as an element of a string set. */
export function formatAttempt(attempt: Attempt): string {
  return `${attempt.time}#${attempt.event}`;
}

/** Reads what {@link formatAttempt} wrote. */
export function parseAttempt(text: string): Attempt {
  const separator = text.indexOf('#');
  return { time: Number(text.slice(0, separator)), event: text.slice(separator + 1) };
}

/** Oldest first; equal times by event, so that every reader of a set sees one order. */
export function byTime(a: Attempt, b: Attempt): number {
  return a.time - b.time || (a.event < b.event ? -1 : a.event > b.event ? 1 : 0);
}

/**
 * A short name for a CloudWatch event id (56 digits): 106 bits as base 36. Ids are unique in a log group; two of one second,
 * one address and one jail sharing a hash is out of reach. Not cryptographic: an attacker does not choose event ids.
 */
export function eventHash(eventId: string): string {
  return hash53(eventId, 0x9e3779b9).toString(36) + hash53(eventId, 0x85ebca6b).toString(36).padStart(11, '0');
}

/** Two multiply-xorshift lanes over the UTF-16 code units (the construction known as cyrb53). */
function hash53(text: string, seed: number): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
