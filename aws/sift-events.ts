import type { PrefilterLiteral } from '../core/filter/compiled-jail.ts';
import { type LiteralScanner, type LogBytes, literalScanner } from '../core/filter/literal-scanner.ts';

/** A delivery of which only some events were parsed. */
export interface SiftedDelivery {
  /** The payload with no events in it. */
  readonly head: unknown;
  /** The events that hold a literal, and perhaps a few more. */
  readonly events: readonly unknown[];
  /** How many were left unparsed. */
  readonly passedOver: number;
}

const EVENTS_START = Buffer.from('"logEvents":[{"id":"');
const EVENTS_END = ']}';
/** What stands between events in the text CloudWatch sends. Inside a JSON string the quotes would be escaped, so no message can fake it. */
const BETWEEN = Buffer.from('},{"id":"');
/** An event has at least these characters, without the braces: `"id":"","timestamp":0,"message":""`. */
const SHORTEST_EVENT = 34;
const BACKSLASH = 0x5c;
/** Escapes that could hide a printable character of a literal (RFC 8259, section 7). */
const UNUSUAL = [Buffer.from('\\u00'), Buffer.from('\\/')] as const;

/**
 * Parses only the events of a delivery whose text holds a literal. Most lines of a log concern no jail, and finding that out in the JSON's
 * bytes costs a fraction of decoding and parsing them.
 *
 * @param literalsFor given the payload without events, says what to look for; `undefined`: everything is wanted
 * @returns `undefined` when everything is wanted, or the text is not laid out as CloudWatch's is: it must then be parsed whole
 */
export function siftEvents(
  json: Buffer,
  literalsFor: (head: unknown) => readonly PrefilterLiteral[] | undefined,
): SiftedDelivery | undefined {
  const start = json.indexOf(EVENTS_START);
  if (start < 0 || json.toString('latin1', json.length - EVENTS_END.length) !== EVENTS_END) return undefined;
  if (json.includes(BACKSLASH) && UNUSUAL.some((written) => json.includes(written))) return undefined;
  const first = start + EVENTS_START.length - '{"id":"'.length;
  const head = parseOrNothing(json.toString('utf8', 0, first) + EVENTS_END);
  const literals = head === undefined ? undefined : literalsFor(head);
  const scanner = literals && scannerOf(literals);
  if (scanner === undefined) return undefined;

  const list = json.subarray(first, json.length - EVENTS_END.length);
  const events: unknown[] = [];
  for (const end of scanner === 'nothing' ? [] : scanner.scan(list, list.length)) {
    const before = list.lastIndexOf(BETWEEN, Math.max(0, end - BETWEEN.length));
    const event = parseOrNothing(list.toString('utf8', before < 0 ? 0 : before + '},'.length, end));
    if (event === undefined) return undefined;
    events.push(event);
  }
  return { head, events, passedOver: countEvents(list) - events.length };
}

const scanners = new WeakMap<readonly PrefilterLiteral[], LiteralScanner | 'nothing' | undefined>();

/** Made once for each array. `nothing`: there is nothing to look for. `undefined`: what is looked for has no bytes to tell it by. */
function scannerOf(literals: readonly PrefilterLiteral[]): LiteralScanner | 'nothing' | undefined {
  if (!scanners.has(literals)) {
    scanners.set(literals, literals.length === 0 ? 'nothing' : literalScanner({ literals }, eventEnd));
  }
  return scanners.get(literals);
}

/** The offset of the comma between events, or `to`. */
function eventEnd(list: LogBytes, from: number, to: number): number {
  const between = list.indexOf(BETWEEN, from);
  return between < 0 || between >= to ? to : between + 1;
}

/** By the byte at the last place of a window as long as what stands between events: how far the next one may be. */
const JUMPS = new Uint8Array(256).fill(BETWEEN.length);
for (let i = 0; i < BETWEEN.length - 1; i++) JUMPS[BETWEEN[i] as number] = BETWEEN.length - 1 - i;

/** One more than there are places between. After Horspool, "Practical fast searching in strings" (1980): a call for each costs more. */
function countEvents(list: Buffer): number {
  const last = BETWEEN.length - 1;
  const quote = BETWEEN[last];
  let count = 1;
  for (let at = last; at < list.length; ) {
    const byte = list[at] as number;
    if (byte === quote && isBetween(list, at - last)) {
      count++;
      at += SHORTEST_EVENT;
    } else at += JUMPS[byte] as number;
  }
  return count;
}

function isBetween(list: Buffer, from: number): boolean {
  for (let i = 0; i < BETWEEN.length; i++) if (list[from + i] !== BETWEEN[i]) return false;
  return true;
}

/** Parsing whole decides what is wrong with a text, so here it only matters that something is. */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
