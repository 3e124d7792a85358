import { type CodePointSet, has } from '../pyregex/code-point-set.ts';
import { type Piece, textOf } from './sampled-text.ts';

/** A text whose variable part beside the address holds something of an address's characters. */
export interface BesideAddress {
  readonly subject: string;
  /** What stands in that part. */
  readonly chosen: string;
  readonly side: 'before' | 'behind';
  /** The part keeps away from the address by a character that no address has. */
  readonly apart: boolean;
}

/** Characters that keep a word and an address apart in a log. */
const APART = [...` =("'<[/,;|>)]-_x`];
const NEAR = { before: ['1', '9.', 'x 1', 'a', 'a:'], behind: ['1', '.7', 'f', ':1'] } as const;

/**
 * The text with other words in the variable parts that touch the address: first words that end
 * apart from it, which a regex that takes its digits misreads for every client, then such that
 * begin or end like an address.
 */
export function* textsBesideAddress(pieces: readonly Piece[]): Generator<BesideAddress> {
  const at = pieces.findIndex(({ address }) => address !== undefined);
  for (const [side, index] of [['before', at - 1] as const, ['behind', at + 1] as const]) {
    const piece = at < 0 ? undefined : pieces[index];
    if (!piece?.free || piece.open) continue;
    for (const [chosen, apart] of words(side, piece.free)) {
      const subject = textOf(pieces.slice(0, index)) + chosen + textOf(pieces.slice(index + 1));
      yield { subject, chosen, side, apart };
    }
  }
}

function* words(side: 'before' | 'behind', free: CodePointSet): Generator<readonly [text: string, apart: boolean]> {
  const takes = (text: string): boolean => [...text].every((one) => has(free, one.codePointAt(0) ?? 0));
  const apart = APART.find(takes);
  if (apart !== undefined) {
    const word = takes('x') && apart !== 'x' ? 'x' : '';
    yield [side === 'before' ? word + apart : apart + word, true];
  }
  for (const text of NEAR[side]) if (takes(text)) yield [text, false];
}
