import { type LiteralScanner, literalScanner } from '../../core/literals/literal-scanner.ts';
import type { PrefilterLiteral } from '../../core/records/compiled-jail.ts';

/** A delivery with only some of its events parsed. */
export interface SiftedDelivery {
  /** The payload without its events. */
  readonly head: unknown;
  /** The events that hold a literal, and perhaps a few more. */
  readonly events: readonly unknown[];
  /** The number of events left unparsed. */
  readonly passedOver: number;
}

const EVENTS_START = Buffer.from('"logEvents":[{"id":"');
const EVENTS_END = ']}';
/**
 * The text between events as CloudWatch sends it. Inside a JSON string the quotes would be escaped,
 * so no message can forge it.
 */
const BETWEEN = Buffer.from('},{"id":"');
/** The shortest event: `{"id":"","timestamp":0,"message":""}`. */
const SHORTEST_EVENT = 34;
const BACKSLASH = 0x5c;
/** Escapes that could hide a printable character of a literal (RFC 8259, section 7). */
const UNUSUAL = [Buffer.from('\\u00'), Buffer.from('\\/')] as const;

/**
 * Parses only the events of a delivery whose text holds a literal. Most lines of a log concern no
 * jail, and finding that out in the JSON's bytes costs a fraction of decoding and parsing them.
 *
 * @param literalsFor receives the payload without events and returns the literals to look for;
 *   `undefined`: everything is wanted
 * @returns `undefined` when everything is wanted, or the text is not laid out as CloudWatch's is:
 *   the caller must then parse all of it
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
  const { wanted, events } = cutOut(list, scanner === 'nothing' ? [] : scanner.scan(list, list.length));
  const parsed = parseOrNothing(wanted);
  if (!Array.isArray(parsed)) return undefined;
  return { head, events: parsed, passedOver: events - parsed.length };
}

/**
 * The events that end at these offsets, as a JSON array, and how many events there are. They are
 * copied together, because decoding and parsing each one alone takes twice as long.
 */
function cutOut(list: Buffer, ends: readonly number[]): { readonly wanted: string; readonly events: number } {
  const wanted = Buffer.allocUnsafe(list.length + '[,'.length);
  let length = wanted.write('[');
  let next = 0;
  let events = 0;
  for (let start = 0; start < list.length; events++) {
    const end = eventEnd(list, start + SHORTEST_EVENT, list.length);
    if (end === ends[next]) {
      length += list.copy(wanted, length, start, end);
      length += wanted.write(',', length);
      next++;
    }
    start = end + 1;
  }
  return { wanted: `${wanted.toString('utf8', 0, Math.max(1, length - 1))}]`, events };
}

const scanners = new WeakMap<readonly PrefilterLiteral[], LiteralScanner | 'nothing' | undefined>();

/**
 * Built once for each array. `nothing`: there is nothing to look for. `undefined`: the literals
 * have no bytes to search for.
 */
function scannerOf(literals: readonly PrefilterLiteral[]): LiteralScanner | 'nothing' | undefined {
  if (!scanners.has(literals)) {
    scanners.set(literals, literals.length === 0 ? 'nothing' : literalScanner({ literals }, eventEnd));
  }
  return scanners.get(literals);
}

/**
 * Indexed by the last byte of a window as long as the text between events: how far the window may
 * move on.
 */
const JUMPS = new Uint8Array(256).fill(BETWEEN.length);
for (let i = 0; i < BETWEEN.length - 1; i++) JUMPS[BETWEEN[i] as number] = BETWEEN.length - 1 - i;

/**
 * The offset of the comma between events, or `to`. After Horspool, "Practical fast searching in
 * strings" (1980): over such short distances `indexOf` takes several times as long.
 */
function eventEnd(list: Uint8Array, from: number, to: number): number {
  const last = BETWEEN.length - 1;
  for (let at = from + last; at < list.length; at += JUMPS[list[at] as number] as number) {
    if (isBetween(list, at - last)) return Math.min(to, at - last + 1);
  }
  return to;
}

function isBetween(list: Uint8Array, from: number): boolean {
  for (let i = BETWEEN.length - 1; i >= 0; i--) if (list[from + i] !== BETWEEN[i]) return false;
  return true;
}

/** Parsing the whole text reports what is wrong with it; here only the fact matters. */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
