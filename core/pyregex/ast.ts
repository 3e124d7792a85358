import type { CodePointSet } from './code-point-set.ts';

/** Offsets into the pattern text, UTF-16 code units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The flags in force where a node stands: global, inline and scoped ones already combined. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** Python's re.ASCII: \w \d \s \b mean ASCII, and case is ASCII's. */
  readonly ascii: boolean;
}

/** `\d \w \s` and their negations. */
export interface Category {
  readonly kind: 'category';
  readonly name: 'digit' | 'word' | 'space';
  readonly negated: boolean;
}

export interface CodePointRange {
  readonly kind: 'range';
  readonly from: number;
  readonly to: number;
}

/**
 * A Python regex, as parsed or on its way to JavaScript. Lowered kinds appear only after the
 * transforms.
 */
export type Node =
  | Sequence
  | Alternation
  | Literal
  | AnyCharacter
  | CharacterClass
  | Anchor
  | Group
  | AtomicGroup
  | Repeat
  | Look
  | BackReference
  | Conditional
  | LoweredNode;

export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

interface Alternation {
  readonly kind: 'alternation';
  readonly branches: readonly Node[];
}

/** One code point. */
export interface Literal {
  readonly kind: 'literal';
  readonly codePoint: number;
  readonly flags: Flags;
}

/** The dot. */
interface AnyCharacter {
  readonly kind: 'any';
  readonly flags: Flags;
}

/** `[…]`, or a lone `\d \w \s`. */
export interface CharacterClass {
  readonly kind: 'class';
  readonly negated: boolean;
  readonly items: readonly (Category | CodePointRange)[];
  readonly flags: Flags;
}

export interface Anchor {
  readonly kind: 'anchor';
  /** `^`, `$`, `\A`, `\Z`, `\b`, `\B`. */
  readonly at: 'line-start' | 'line-end' | 'string-start' | 'string-end' | 'word-boundary' | 'no-word-boundary';
  readonly flags: Flags;
}

/** A capturing group. */
export interface Group {
  readonly kind: 'group';
  /**
   * What references name it by: Python's number, from 1; groups that a rewrite adds are negative.
   */
  readonly number: number;
  readonly name?: string;
  /**
   * The Python group whose text this capture reports; absent from those that only serve a rewrite.
   */
  readonly reports?: number;
  readonly body: Node;
  readonly span: Span;
}

interface AtomicGroup {
  readonly kind: 'atomic';
  readonly body: Node;
  readonly span: Span;
}

export interface Repeat {
  readonly kind: 'repeat';
  readonly min: number;
  /** Infinity: without end. */
  readonly max: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
  readonly body: Node;
  readonly span: Span;
}

export interface Look {
  readonly kind: 'look';
  readonly direction: 'ahead' | 'behind';
  readonly negated: boolean;
  readonly body: Node;
  readonly span: Span;
}

export interface BackReference {
  readonly kind: 'back-reference';
  readonly group: number;
  readonly flags: Flags;
  readonly span: Span;
}

/** `(?(group)yes|no)`. */
export interface Conditional {
  readonly kind: 'conditional';
  readonly group: number;
  readonly yes: Node;
  readonly no: Node;
  readonly span: Span;
}

type LoweredNode = Characters | Edge | ParticipationTest | TextOf;

/** One code point of a set, case already expanded. */
interface Characters {
  readonly kind: 'characters';
  readonly set: CodePointSet;
}

/** The very start or end of the subject. */
export interface Edge {
  readonly kind: 'edge';
  readonly at: 'start' | 'end';
}

/** Matches nothing, where the group has (or has not) taken part in the match. */
export interface ParticipationTest {
  readonly kind: 'participation';
  readonly group: number;
  readonly participated: boolean;
}

/** JavaScript's own back-reference: the group's text, or nothing when it has none. */
interface TextOf {
  readonly kind: 'text-of';
  readonly group: number;
}

/** A parsed pattern. */
export interface Pattern {
  readonly source: string;
  readonly root: Node;
  /** How many capturing groups Python counts. */
  readonly groupCount: number;
  /** Python's groupindex: numbers by name. */
  readonly names: ReadonlyMap<string, number>;
}

export const EMPTY: Sequence = { kind: 'sequence', items: [] };

/** The items in a row, nested sequences opened up. */
export function sequence(...items: readonly Node[]): Node {
  const flat = items.flatMap((item) => (item.kind === 'sequence' ? item.items : [item]));
  return flat.length === 1 && flat[0] !== undefined ? flat[0] : { kind: 'sequence', items: flat };
}

export function alternation(branches: readonly Node[]): Node {
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'alternation', branches };
}
