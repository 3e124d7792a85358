const GROUP = /^[\da-f]{1,4}$/i;

/**
 * The eight 16-bit groups of an IPv6 address, in any of the forms of RFC 4291, section 2.2: full,
 * with `::`, with a dotted IPv4 tail. `undefined` for anything else, zone ids included.
 */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = groups(head, tail === undefined);
  const after = groups(tail ?? '', true);
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  // `::` stands for at least one group of zeros.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/**
 * RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of
 * equals) as `::`.
 */
export function formatIpv6(address: readonly number[]): string {
  const run = longestZeros(address);
  const texts = address.map((group) => group.toString(16));
  if (run.length < 2) return texts.join(':');
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`;
}

/** @param last whether the text ends the address, where an IPv4 tail may stand */
function groups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const dotted = last && parts.at(-1)?.includes('.') ? parseIpv4(parts.pop() ?? '') : [];
  if (!dotted || !parts.every((part) => GROUP.test(part))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = dotted;
  const tail = dotted.length === 0 ? [] : [(a << 8) | b, (c << 8) | d];
  return [...parts.map((part) => Number.parseInt(part, 16)), ...tail];
}

const FOUR_DECIMALS = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/** The four bytes of dotted decimal, without leading zeros, as inet_pton(3) reads it. */
export function parseIpv4(text: string): readonly number[] | undefined {
  if (!FOUR_DECIMALS.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function longestZeros(address: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < address.length; start++) {
    let length = 0;
    while (address[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
