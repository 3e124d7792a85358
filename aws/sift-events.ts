/** A delivery of which only some events were parsed. */
export interface SiftedDelivery {
  /** The payload with no events in it. */
  readonly head: unknown;
  /** The events in which the sieve found something, and perhaps a few more. */
  readonly events: readonly unknown[];
  /** How many were left unparsed. */
  readonly passedOver: number;
}

/** How an event begins in the text CloudWatch sends. Inside a JSON string the quotes would be escaped, so no message can fake it. */
const EVENT_START = '{"id":"';
const EVENTS_START = '"logEvents":[';
const EVENTS_END = ']}';
/** Escapes that could hide a printable character of a literal (RFC 8259, section 7), or put another object into an event. */
const UNUSUAL = ['\\u00', '\\/', '"extractedFields"'] as const;

/**
 * Parses only the events of a delivery whose text a RegExp matches. Most lines of a log concern no jail, and finding that out in the JSON
 * text costs a fraction of parsing it.
 *
 * @param sieveFor given the payload without events, says what to look for: global RegExps; `undefined`: everything is wanted
 * @returns `undefined` when everything is wanted, or the text is not laid out as CloudWatch's is: it must then be parsed whole
 */
export function siftEvents(
  json: Buffer,
  sieveFor: (head: unknown) => readonly RegExp[] | undefined,
): SiftedDelivery | undefined {
  // One character a byte: offsets are then those of the buffer, and ASCII literals are found all the same.
  const text = json.toString('latin1');
  const first = text.indexOf(EVENT_START);
  if (first < 0 || !text.startsWith(EVENTS_START, first - EVENTS_START.length) || !text.endsWith(EVENTS_END))
    return undefined;
  if (UNUSUAL.some((mark) => text.includes(mark))) return undefined;
  const head = parseOrNothing(json.toString('utf8', 0, first) + EVENTS_END);
  const sieve = head === undefined ? undefined : sieveFor(head);
  if (!sieve) return undefined;

  const events: unknown[] = [];
  for (const [start, end] of [...wantedSpans(text, first, sieve)].sort(([a], [b]) => a - b)) {
    const event = parseOrNothing(json.toString('utf8', start, end));
    if (event === undefined) return undefined;
    events.push(event);
  }
  return { head, events, passedOver: countOf(EVENT_START, text, first) - events.length };
}

/** Where events in which something was found begin and end. */
function wantedSpans(text: string, first: number, sieve: readonly RegExp[]): Map<number, number> {
  const spans = new Map<number, number>();
  for (const search of sieve) {
    search.lastIndex = first;
    for (let hit = search.exec(text); hit !== null; hit = search.exec(text)) {
      const start = text.lastIndexOf(EVENT_START, hit.index);
      const next = text.indexOf(EVENT_START, hit.index + 1);
      spans.set(start, next < 0 ? text.length - EVENTS_END.length : next - 1);
      if (next < 0) break;
      search.lastIndex = next;
    }
  }
  return spans;
}

function countOf(mark: string, text: string, from: number): number {
  let count = 0;
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + mark.length)) count++;
  return count;
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
