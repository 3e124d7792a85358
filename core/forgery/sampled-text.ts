import { type CharacterClass, EMPTY, type Node, type Repeat } from '../pyregex/ast.ts';
import { ALL_CODE_POINTS, type CodePointSet, has, single, union } from '../pyregex/code-point-set.ts';
import { classSet } from '../pyregex/transforms/character-sets.ts';
import { descendants } from '../pyregex/traverse.ts';
import type { Random } from './random.ts';

/** A part of a text that a regex matches. */
export interface Piece {
  readonly text: string;
  /** For a part that could be any text of these characters: what a wildcard took. */
  readonly free?: CodePointSet;
  /** The part that the address is read from. */
  readonly address?: 'ipv4' | 'ipv6';
  /** The part that prefregex leaves for failregex (F-CONTENT). */
  readonly content?: true;
  /** A free part without a wildcard: the regex does not restrict the text there. */
  readonly open?: true;
}

export interface Addresses {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Groups that a ban is made of (fail2ban/server/failregex.py: FAILURE_ID_PRESENTS). */
const ADDRESS_GROUPS: Readonly<Record<string, 'ipv4' | 'ipv6'>> = {
  ip4: 'ipv4',
  dns: 'ipv4',
  fid: 'ipv4',
  ip6: 'ipv6',
};
/**
 * Rounds from which on a repeat of single characters is a wildcard: no forged address is shorter.
 */
const WILDCARD_ROUNDS = 16;
const MOST_EXTRA_ROUNDS = 2;
const FEWEST = 2;
const LONGEST_FREE = 6;
/**
 * The characters of a sample, where the regex lets us choose, so that it looks like words of a log.
 */
const WORDLIKE = codesOf('abcdehorstux01234567');
const OTHERS = codesOf(' -_.:/,;=@"\'()[]<>!|\\#+*?&%$ABCDEFT\t');

/** Characters of a forged ` from 192.0.2.1`. */
const FORGED = codesOf(' 1.');

/**
 * Whether text of these characters may be that of a stranger: several words, an address among them.
 */
export function isWildcard(set: CodePointSet): boolean {
  return FORGED.every((codePoint) => has(set, codePoint));
}

/** Letters and digits: a name, which some program writes as it was given, blanks and quotes too. */
const NAME = codesOf('az09');

/** Whether a part of these characters may be a stranger's, should a program write it raw. */
export function isText(set: CodePointSet): boolean {
  return isWildcard(set) || NAME.every((codePoint) => has(set, codePoint));
}

/**
 * A text that the regex matches, as far as its parts show. Lookarounds, word boundaries and the
 * matches of greedy neighbors are not considered, so the caller must try the text, and call again
 * if it fails.
 *
 * @param plain the shortest text through the first branches, rather than one of the many
 * @returns `undefined` when this way through the regex has no text (a reference to a group that
 *   took no part)
 */
export function sampleText(
  root: Node,
  addresses: Addresses,
  random: Random,
  plain: boolean,
): readonly Piece[] | undefined {
  const sampler = new Sampler(addresses, random, plain);
  return sampler.visit(root) ? sampler.pieces : undefined;
}

/** The same of what a match may begin with, up to where the regex comes to one of its nodes. */
export function sampleBefore(
  node: Node,
  root: Node,
  addresses: Addresses,
  random: Random,
): readonly Piece[] | undefined {
  const sampler = new Sampler(addresses, random, false, node);
  sampler.visit(root);
  return sampler.reached ? sampler.pieces : undefined;
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}

class Sampler {
  readonly pieces: Piece[] = [];
  readonly #captured = new Map<number, string>();
  readonly #addresses: Addresses;
  readonly #random: Random;
  readonly #plain: boolean;
  readonly #target: Node | undefined;
  reached = false;

  /** @param target where to stop; ways that lead there are taken */
  constructor(addresses: Addresses, random: Random, plain: boolean, target?: Node) {
    this.#addresses = addresses;
    this.#random = random;
    this.#plain = plain;
    this.#target = target;
  }

  /** `false`: there is no text this way. */
  visit(node: Node): boolean {
    if (node === this.#target) {
      this.reached = true;
      return false;
    }
    switch (node.kind) {
      case 'sequence':
        return node.items.every((item) => this.visit(item));
      case 'alternation':
        return this.visit(this.#branch(node.branches));
      case 'literal':
        return this.#add(String.fromCodePoint(node.codePoint));
      case 'any':
      case 'class':
        return this.#add(this.#character(charactersOf(node)));
      case 'group':
        return this.#group(node);
      case 'atomic':
        return this.visit(node.body);
      case 'repeat':
        return this.#repeat(node);
      case 'back-reference': {
        const text = this.#captured.get(node.group);
        return text !== undefined && this.#add(text);
      }
      case 'conditional':
        return this.visit(this.#captured.has(node.group) ? node.yes : node.no);
      default:
        return true;
    }
  }

  #branch(branches: readonly Node[]): Node {
    const any = branches[this.#integer(branches.length)] ?? EMPTY;
    return branches.find((branch) => this.#leads(branch)) ?? any;
  }

  #leads(node: Node): boolean {
    return this.#target !== undefined && [...descendants(node)].includes(this.#target);
  }

  #group(node: Extract<Node, { kind: 'group' }>): boolean {
    const from = this.pieces.length;
    const address = node.name === undefined ? undefined : ADDRESS_GROUPS[node.name];
    if (address) this.pieces.push({ text: this.#addresses[address], address });
    else if (node.name === 'content') this.pieces.push({ text: '', content: true });
    else if (!this.visit(node.body)) return false;
    this.#captured.set(node.number, textOf(this.pieces.slice(from)));
    return true;
  }

  #repeat(node: Repeat): boolean {
    const set = node.max >= WILDCARD_ROUNDS ? singleCharacters(node.body) : undefined;
    if (set) {
      const length = isWildcard(set) ? Math.max(node.min, 1) + this.#integer(LONGEST_FREE) : this.#rounds(node);
      this.pieces.push({ text: Array.from({ length }, () => this.#character(set)).join(''), free: set });
      return true;
    }
    const rounds = this.#leads(node.body) ? Math.max(1, this.#rounds(node)) : this.#rounds(node);
    for (let round = 0; round < rounds; round++) if (!this.visit(node.body)) return false;
    return true;
  }

  /** Most often as few as there may be: lines get long enough. */
  #rounds({ min, max }: Repeat): number {
    return min + Math.max(0, this.#integer(Math.min(max - min, MOST_EXTRA_ROUNDS) + FEWEST) - FEWEST + 1);
  }

  #character(set: CodePointSet): string {
    const wordlike = WORDLIKE.filter((codePoint) => has(set, codePoint));
    const other = (): number => OTHERS.find((codePoint) => has(set, codePoint)) ?? set[0]?.[0] ?? 0;
    return String.fromCodePoint(wordlike[this.#integer(wordlike.length)] ?? other());
  }

  #add(text: string): boolean {
    this.pieces.push({ text });
    return true;
  }

  #integer(below: number): number {
    return this.#plain ? 0 : this.#random.integer(Math.max(1, below));
  }
}

/** What one round takes, if it takes one character at a time, whatever is looked at around it. */
function singleCharacters(body: Node): CodePointSet | undefined {
  switch (body.kind) {
    case 'literal':
    case 'any':
    case 'class':
      return charactersOf(body);
    case 'group':
    case 'atomic':
      return singleCharacters(body.body);
    case 'alternation': {
      const sets = body.branches.map(singleCharacters).filter((set) => set !== undefined);
      // A branch of two characters, such as a backslash and a quote, does not make it less a text.
      const all = sets.length > 0 ? union(...sets) : undefined;
      return all && (sets.length === body.branches.length || isText(all)) ? all : undefined;
    }
    case 'sequence': {
      const taking = body.items.filter((item) => item.kind !== 'look' && item.kind !== 'anchor');
      return taking.length === 1 && taking[0] ? singleCharacters(taking[0]) : undefined;
    }
    default:
      return undefined;
  }
}

function charactersOf(node: CharacterClass | Extract<Node, { kind: 'any' | 'literal' }>): CodePointSet {
  if (node.kind === 'any') return ALL_CODE_POINTS;
  return node.kind === 'literal' ? single(node.codePoint) : classSet(node);
}

function codesOf(text: string): readonly number[] {
  return [...text].map((one) => one.charCodeAt(0));
}
