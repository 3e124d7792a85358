import type { CharacterClass, Literal, Node } from '../pyregex/ast.ts';
import { foldedLiteral } from '../pyregex/case-folding.ts';
import { contains, members, size } from '../pyregex/code-point-set.ts';
import { classSet } from '../pyregex/transforms/character-sets.ts';
import { type Cover, cheapest, coverOfSplit, type Piece, unite } from './literal-cover.ts';

/**
 * What any match of a regex must contain, read off its tree (fail2ban has no such step; Go's code search and Rust's regex have).
 */

/** A stretch of a match. Stretches of a row follow each other without overlap. */
type Stretch =
  /** Exactly one of these strings; one may be empty. */
  | { readonly kind: 'strings'; readonly strings: readonly Piece[] }
  /** Anything. */
  | { readonly kind: 'gap' }
  /** Anything that has one of the cover's pieces somewhere, wherever the date was cut out. */
  | { readonly kind: 'cover'; readonly cover: Cover };

/** Strings that multiply (`(?:a|b)(?:c|d)`) are spelt out up to this number; a longer list may still get a common prefix. */
const MAX_PRODUCTS = 64;
const MAX_STRINGS = 512;
/** `[45]` is worth two strings, `[a-z]` is not worth 26. */
const MAX_CLASS = 4;
const MAX_ROUNDS = 3;

const GAP: Stretch = { kind: 'gap' };
const NOTHING: Piece = { text: '', ignoreCase: false };

/**
 * The cheapest set of literals of which at least one is whole in any line the pattern matches, even though a date was cut
 * out of that line somewhere; `undefined` when there is none.
 */
export function requiredLiterals(root: Node): Cover | undefined {
  return coverOf(stretches(root));
}

/**
 * One cut can break only one of two stretches that don't overlap. So a cover is two of them, or the two halves of one.
 */
function coverOf(row: readonly Stretch[]): Cover | undefined {
  const whole = row.flatMap((stretch) =>
    stretch.kind === 'strings' && stretch.strings.every(({ text }) => text !== '') ? [stretch.strings] : [],
  );
  const covers = row.flatMap((stretch) => (stretch.kind === 'cover' ? [stretch.cover] : []));
  const halves = whole.map((strings) => unite(strings.map(coverOfSplit)));
  const pairs = whole.flatMap((first, i) => whole.slice(i + 1).map((second) => unite([first, second])));
  return cheapest([...covers, ...halves, ...pairs].filter((cover) => cover !== undefined));
}

function stretches(node: Node): readonly Stretch[] {
  switch (node.kind) {
    case 'sequence':
      return join(node.items.flatMap(stretches));
    case 'literal':
      return literal(node);
    case 'class':
      return characterClass(node);
    case 'group':
    case 'atomic':
      return stretches(node.body);
    case 'alternation':
      return choice(node.branches);
    case 'conditional':
      return choice([node.yes, node.no]);
    case 'repeat':
      return repeat(stretches(node.body), node.min, node.max);
    case 'look': {
      const cover = node.negated ? undefined : coverOf(stretches(node.body));
      return cover === undefined ? [] : [{ kind: 'cover', cover }];
    }
    case 'anchor':
      return [];
    default:
      return [GAP];
  }
}

/** Characters that stand for themselves in the line and in JSON alike; the newline is not in the line at all. */
function isPlain(codePoint: number): boolean {
  return codePoint >= 0x20 && codePoint < 0x7f && codePoint !== 0x22 && codePoint !== 0x5c;
}

function literal({ codePoint, flags }: Literal): readonly Stretch[] {
  if (!isPlain(codePoint)) {
    return [GAP];
  }
  const ignoreCase = flags.ignoreCase && size(foldedLiteral(codePoint, false)) > 1;
  const text = String.fromCodePoint(codePoint);
  return [{ kind: 'strings', strings: [{ text: ignoreCase ? text.toLowerCase() : text, ignoreCase }] }];
}

function characterClass(node: CharacterClass): readonly Stretch[] {
  const set = classSet(node);
  if (size(set) > MAX_CLASS) {
    return [GAP];
  }
  const codePoints = members(set);
  const [first] = codePoints;
  if (first !== undefined && node.flags.ignoreCase && contains(foldedLiteral(first, false), set)) {
    return literal({ kind: 'literal', codePoint: first, flags: node.flags });
  }
  if (first === undefined || !codePoints.every(isPlain)) {
    return [GAP];
  }
  return [
    {
      kind: 'strings',
      strings: codePoints.map((member) => ({ text: String.fromCodePoint(member), ignoreCase: false })),
    },
  ];
}

function choice(branches: readonly Node[]): readonly Stretch[] {
  const rows = branches.map(stretches);
  const strings = rows.flatMap((row) => onlyStrings(row) ?? []);
  if (rows.every((row) => onlyStrings(row) !== undefined) && strings.length <= MAX_STRINGS) {
    return [{ kind: 'strings', strings: distinct(strings) }];
  }
  const covers = rows.map(coverOf);
  const cover = covers.every((one) => one !== undefined) ? unite(covers) : undefined;
  return cover === undefined ? [GAP] : [{ kind: 'cover', cover }, GAP];
}

/** The strings of a row that is nothing else. */
function onlyStrings(row: readonly Stretch[]): readonly Piece[] | undefined {
  const [first, ...others] = row;
  if (first === undefined) {
    return [NOTHING];
  }
  return first.kind === 'strings' && others.length === 0 ? first.strings : undefined;
}

function repeat(body: readonly Stretch[], min: number, max: number): readonly Stretch[] {
  if (min === 0) {
    const strings = max === 1 ? onlyStrings(body) : undefined;
    return strings === undefined ? [GAP] : [{ kind: 'strings', strings: distinct([...strings, NOTHING]) }];
  }
  if (min > MAX_ROUNDS) {
    return [...body, GAP, ...body];
  }
  const rounds = join(Array.from({ length: min }, () => body).flat());
  return min === max ? rounds : [...rounds, GAP];
}

/** Neighbouring strings become longer strings, unless there would be too many. */
function join(row: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of row) {
    const last = joined.at(-1);
    const product =
      last?.kind === 'strings' && stretch.kind === 'strings' ? concat(last.strings, stretch.strings) : undefined;
    if (product === undefined) {
      joined.push(stretch);
    } else {
      joined[joined.length - 1] = { kind: 'strings', strings: product };
    }
  }
  return joined;
}

function concat(a: readonly Piece[], b: readonly Piece[]): readonly Piece[] | undefined {
  const count = a.length * b.length;
  if (count > MAX_STRINGS || (count > MAX_PRODUCTS && a.length > 1 && b.length > 1)) {
    return undefined;
  }
  return distinct(a.flatMap((first) => b.map((second) => append(first, second))));
}

/** Where one part ignores case, the whole does: more lines pass than need to, none too few. */
function append(first: Piece, second: Piece): Piece {
  const ignoreCase = first.ignoreCase || second.ignoreCase;
  const text = first.text + second.text;
  return { text: ignoreCase ? text.toLowerCase() : text, ignoreCase };
}

function distinct(pieces: readonly Piece[]): readonly Piece[] {
  return [...new Map(pieces.map((piece) => [`${piece.ignoreCase}${piece.text}`, piece])).values()];
}
