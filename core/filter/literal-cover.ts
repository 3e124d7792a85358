/** A text that a line must contain. */
export interface Piece {
  readonly text: string;
  /** By Python's rules; the text is lower-case then. */
  readonly ignoreCase: boolean;
  /** What it is a part of: a part is in at least as many lines as the whole. */
  readonly partOf?: Piece;
}

/** Pieces of which a line must contain at least one. */
export type Cover = readonly Piece[];

/** Shorter pieces are in nearly every line. */
const MIN_LENGTH = 3;

/** All pieces of all covers; `undefined` when one of them is of no use. */
export function unite(covers: readonly Cover[]): Cover | undefined {
  const pieces = covers.flat();
  return pieces.length > 0 && pieces.every(({ text }) => text.length >= MIN_LENGTH) ? pieces : undefined;
}

/** The cover that the fewest lines pass, by estimate. */
export function cheapest(covers: readonly Cover[]): Cover | undefined {
  let best: Cover | undefined;
  for (const cover of covers) {
    if (best === undefined || cost(cover) < cost(best)) {
      best = cover;
    }
  }
  return best;
}

/**
 * Two halves, of which a date cut out of the text leaves one whole. They may share one character: a cut lies between two. The
 * best place is a space, so that both halves keep their whole words.
 */
export function coverOfSplit(whole: Piece): Cover {
  const { text, ignoreCase } = whole;
  let best: Cover = [{ text: '', ignoreCase }];
  for (let at = MIN_LENGTH - 1; at <= text.length - MIN_LENGTH; at++) {
    const halves = [text.slice(0, at + 1), text.slice(at)].map((half) => ({ text: half, ignoreCase }));
    if (best.length === 1 || cost(halves) < cost(best)) {
      best = halves;
    }
  }
  return best.map((half) => ({ ...half, partOf: whole }));
}

/** Words that are in many lines of many logs: worth little, whatever their length. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and at by client connection for from get host http in info ip is log not of on pid port post received root server session ' +
    'ssh ssh2 sshd the to user uid with'
  ).split(' '),
);

const BITS_A_COMMON_WORD = 3;
const LINE_LENGTH = 100;

/** The share of benign lines that may pass, very roughly: only good for comparing. */
function cost(cover: Cover): number {
  return cover.reduce((sum, piece) => sum + Math.min(1, LINE_LENGTH * 2 ** -bits(piece)), 0);
}

function bits({ text, ignoreCase, partOf }: Piece): number {
  const most = partOf === undefined ? Number.POSITIVE_INFINITY : bits(partOf);
  let total = 0;
  for (const [run] of text.matchAll(/[A-Za-z0-9]+|[^A-Za-z0-9]/g)) {
    const known = COMMON_WORDS.has(run.toLowerCase());
    total += known ? BITS_A_COMMON_WORD : [...run].reduce((sum, character) => sum + bitsOf(character, ignoreCase), 0);
  }
  return Math.min(total, most);
}

/** By how frequent the character is in logs. */
function bitsOf(character: string, ignoreCase: boolean): number {
  if (character === ' ') {
    return 1;
  }
  if (/[0-9]/.test(character)) {
    return 2;
  }
  return /[A-Z]/.test(character) && !ignoreCase ? 5 : 3.5;
}
