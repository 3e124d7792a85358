import type { CharacterClass, Literal, Node, Pattern } from '../pyregex/ast.ts';

/**
 * The ASCII characters with which a text may begin so that a regex tied to its start can match. A
 * jail has many failregexes and most differ in the first letter, so most need not be tried.
 */

/** A set of ASCII characters as bits. */
type AsciiSet = bigint;

interface First {
  readonly characters: AsciiSet;
  /** The node may match nothing, so the next node may come first. */
  readonly empty: boolean;
}

const ALL: AsciiSet = (1n << 128n) - 1n;
const NOTHING: First = { characters: 0n, empty: true };
const ANYTHING: First = { characters: ALL, empty: true };

/**
 * The characters, in one string; `''` when it may be any: the regex is not tied to the start, or
 * may match nothing there. Characters beyond ASCII are not listed: a text that begins with one may
 * match.
 *
 * @param pattern run-time tags expanded
 */
export function firstCharacters({ root }: Pattern): string {
  if (!startsTied(root)) return '';
  const { characters, empty } = first(root);
  if (empty || characters === ALL) return '';
  return [...Array(128).keys()]
    .filter((code) => characters & bit(code))
    .map((code) => String.fromCharCode(code))
    .join('');
}

function startsTied(node: Node): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.at === 'string-start' || (node.at === 'line-start' && !node.flags.multiline);
    case 'sequence':
      return node.items[0] !== undefined && startsTied(node.items[0]);
    case 'alternation':
      return node.branches.every(startsTied);
    case 'group':
    case 'atomic':
      return startsTied(node.body);
    default:
      return false;
  }
}

function first(node: Node): First {
  switch (node.kind) {
    case 'literal':
      return { characters: literal(node), empty: false };
    case 'any':
      return { characters: ALL, empty: false };
    case 'class':
      return { characters: characterClass(node), empty: false };
    case 'anchor':
    case 'look':
      return NOTHING;
    case 'group':
    case 'atomic':
      return first(node.body);
    case 'repeat': {
      const body = first(node.body);
      return node.min === 0 ? { ...body, empty: true } : body;
    }
    case 'alternation':
      return either(node.branches);
    case 'conditional':
      return either([node.yes, node.no]);
    case 'sequence':
      return inOrder(node.items);
    default:
      return ANYTHING;
  }
}

function either(nodes: readonly Node[]): First {
  const firsts = nodes.map(first);
  return { characters: union(firsts), empty: firsts.some(({ empty }) => empty) };
}

function inOrder(nodes: readonly Node[]): First {
  const firsts: First[] = [];
  for (const node of nodes) {
    const one = first(node);
    firsts.push(one);
    if (!one.empty) return { characters: union(firsts), empty: false };
  }
  return { characters: union(firsts), empty: true };
}

function union(firsts: readonly First[]): AsciiSet {
  return firsts.reduce((set, { characters }) => set | characters, 0n);
}

function literal({ codePoint, flags }: Literal): AsciiSet {
  if (!flags.ignoreCase) return bit(codePoint);
  // Without case, letters beyond ASCII stand for ASCII ones too (U+212A, the kelvin sign, for k).
  if (codePoint >= 128) return ALL;
  const character = String.fromCharCode(codePoint);
  return bit(character.toLowerCase().charCodeAt(0)) | bit(character.toUpperCase().charCodeAt(0));
}

function characterClass({ negated, items, flags }: CharacterClass): AsciiSet {
  if (flags.ignoreCase) return ALL;
  let set = 0n;
  for (const item of items) {
    if (item.kind === 'range') for (let code = item.from; code <= Math.min(item.to, 127); code++) set |= bit(code);
    else set |= item.negated ? ALL & ~CATEGORIES[item.name] : CATEGORIES[item.name];
  }
  return negated ? ALL & ~set : set;
}

const CATEGORIES = {
  digit: matching(/\d/),
  word: matching(/\w/),
  // Python's str.isspace takes the separators U+001C to U+001F too.
  space: matching(/[\s\x1c-\x1f]/),
} as const;

function matching(regex: RegExp): AsciiSet {
  return [...Array(128).keys()].reduce(
    (set, code) => (regex.test(String.fromCharCode(code)) ? set | bit(code) : set),
    0n,
  );
}

function bit(code: number): AsciiSet {
  return code < 128 ? 1n << BigInt(code) : 0n;
}
