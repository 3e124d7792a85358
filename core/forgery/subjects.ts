import type { Node } from '../pyregex/ast.ts';
import { children } from '../pyregex/traverse.ts';
import { OPEN } from './forged-lines.ts';
import type { InspectedJail, InspectedRegex } from './inspected-jail.ts';
import type { Random } from './random.ts';
import { type Addresses, type Piece, sampleText } from './sampled-text.ts';

/** What a sample of a jail's lines is made with. */
export interface Sampling {
  readonly addresses: Addresses;
  readonly random: Random;
  /**
   * The shortest text through the first branches: of all, or of what prefregex wants around the
   * failregex.
   */
  readonly plain: 'all' | 'around' | 'nothing';
  /** With an open part where a regex is not tied to the start or the end of its text. */
  readonly open: boolean;
}

/**
 * A line as the regexes see it, without its date, that a jail's prefregex and one failregex are
 * likely to match.
 */
export function sampleSubject(
  jail: InspectedJail,
  failregex: InspectedRegex,
  sampling: Sampling,
): readonly Piece[] | undefined {
  const inner = sampleRegex(failregex, sampling, sampling.plain === 'all');
  return inner && aroundContent(jail, inner, sampling);
}

/**
 * A line whose part that prefregex leaves for failregex is given; just that part where there is no
 * prefregex.
 */
export function aroundContent(
  { prefregex }: InspectedJail,
  content: readonly Piece[],
  sampling: Sampling,
): readonly Piece[] | undefined {
  if (!prefregex) return content;
  const outer = sampleRegex(prefregex, sampling, sampling.plain !== 'nothing');
  if (!outer?.some((piece) => piece.content)) return outer && content;
  return outer.flatMap((piece) => (piece.content ? content : [piece]));
}

function sampleRegex(
  { pattern: { root } }: InspectedRegex,
  { addresses, random, open }: Sampling,
  plain: boolean,
): readonly Piece[] | undefined {
  const pieces = sampleText(root, addresses, random, plain);
  if (!pieces || !open) return pieces;
  return [
    ...(isTied(root, ['line-start', 'string-start']) ? [] : [OPEN]),
    ...pieces,
    ...(isTied(root, ['line-end', 'string-end']) ? [] : [OPEN]),
  ];
}

/** Every way through the pattern goes through such an anchor. */
function isTied(node: Node, anchors: readonly string[]): boolean {
  if (node.kind === 'anchor') return anchors.includes(node.at);
  if (node.kind === 'sequence') return node.items.some((item) => isTied(item, anchors));
  if (node.kind === 'alternation' || node.kind === 'conditional') {
    return children(node).every((child) => isTied(child, anchors));
  }
  return (node.kind === 'group' || node.kind === 'atomic') && isTied(node.body, anchors);
}

/** The plainest sample first, then others by turns. */
export function plainness(attempt: number): Sampling['plain'] {
  if (attempt === 0) return 'all';
  return attempt % 2 === 1 ? 'around' : 'nothing';
}
