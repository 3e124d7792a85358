/**
 * One attempt of one id in one jail: its time, and the log event that showed it. Two attempts are
 * the same attempt when both agree, so adding one twice (CloudWatch redelivers) changes nothing.
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

/** A log line kept with an attempt, shown with the ban it may lead to. */
export interface EvidenceLine extends Attempt {
  /** At most {@link LONGEST_LINE} UTF-16 code units. */
  readonly text: string;
}

/** The attempts and lines kept of one id in one jail. */
export interface AttemptSet {
  /** Ordered by {@link byTime}. */
  readonly attempts: readonly Attempt[];
  /** Lines of some of the attempts, ordered by {@link byTime}. */
  readonly lines: readonly EvidenceLine[];
}

export const LONGEST_LINE = 500;

/** `time#event#text`. */
export function formatLine(line: EvidenceLine): string {
  return `${formatAttempt(line)}#${line.text}`;
}

/** Reads what {@link formatLine} wrote. */
export function parseLine(text: string): EvidenceLine {
  const end = text.indexOf('#', text.indexOf('#') + 1);
  return { ...parseAttempt(text.slice(0, end)), text: text.slice(end + 1) };
}

/**
 * A short name for a CloudWatch event id (56 digits): 53 bits in base 36, by the construction known
 * as cyrb53. Ids are unique in a log group; a collision within one second, one address and one jail
 * is practically impossible, and no attacker can choose an event id.
 */
export function eventHash(eventId: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < eventId.length; i++) {
    const unit = eventId.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return inBase36(4294967296 * (2097151 & b) + (a >>> 0));
}

/** 36 to the fifth power: quotient and remainder are 32-bit integers. */
const HALF = 60_466_176;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** Each two digits, in order. */
const PAIRS: readonly string[] = Array.from(DIGITS, (high) => Array.from(DIGITS, (low) => high + low)).flat();

/**
 * `toString(36)` of a whole number up to 2^53; V8 takes ten times as long for one of more than 32
 * bits.
 */
function inBase36(number: number): string {
  const high = Math.floor(number / HALF);
  const low = number - high * HALF;
  return high === 0 ? low.toString(36) : high.toString(36) + fiveDigits(low);
}

function fiveDigits(number: number): string {
  const pairs = Math.floor(number / 36);
  return pair(Math.floor(pairs / 1296)) + pair(pairs % 1296) + (DIGITS[number % 36] as string);
}

function pair(number: number): string {
  return PAIRS[number] as string;
}
