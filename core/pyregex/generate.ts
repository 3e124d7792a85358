import type { Node } from './ast.ts';
import { classSource } from './class-source.ts';

/** ES2018 source with the `u` flag, and the JavaScript number of each capture. */
export interface Generated {
  readonly source: string;
  /** By Python's number, or the negative number of a capture that a rewrite added. */
  readonly captures: ReadonlyMap<number, readonly number[]>;
}

/** Writes a fully lowered tree. */
export function generate(root: Node): Generated {
  const captures = new Map<number, number[]>();
  let count = 0;
  number(root, (group) => {
    count++;
    captures.set(group, [...(captures.get(group) ?? []), count]);
  });
  return { source: alternatives(root, captures), captures };
}

/** Numbers captures in the order their parentheses open. */
function number(node: Node, capture: (group: number) => void): void {
  switch (node.kind) {
    case 'sequence':
      for (const item of node.items) {
        number(item, capture);
      }
      return;
    case 'alternation':
      for (const branch of node.branches) {
        number(branch, capture);
      }
      return;
    case 'group':
      capture(node.number);
      number(node.body, capture);
      return;
    case 'repeat':
    case 'look':
      number(node.body, capture);
      return;
    default:
      return;
  }
}

type Captures = ReadonlyMap<number, readonly number[]>;

function alternatives(node: Node, captures: Captures): string {
  return node.kind === 'alternation'
    ? node.branches.map((branch) => row(branch, captures)).join('|')
    : row(node, captures);
}

function row(node: Node, captures: Captures): string {
  if (node.kind !== 'sequence') {
    return term(node, captures);
  }
  const terms = node.items.map((item) => term(item, captures));
  return terms
    .map((source, i) => {
      // \1 followed by a literal 0 must not become \10.
      const afterReference = node.items[i - 1]?.kind === 'text-of';
      return afterReference && /^[0-9]/.test(source) ? `(?:)${source}` : source;
    })
    .join('');
}

function term(node: Node, captures: Captures): string {
  switch (node.kind) {
    case 'characters':
      return classSource(node.set);
    case 'edge':
      return node.at === 'start' ? '^' : '$';
    case 'group':
      return `(${alternatives(node.body, captures)})`;
    case 'look':
      return `(?${node.direction === 'behind' ? '<' : ''}${node.negated ? '!' : '='}${alternatives(node.body, captures)})`;
    case 'repeat':
      return atom(node.body, captures) + quantifier(node.min, node.max) + (node.mode === 'lazy' ? '?' : '');
    case 'text-of':
      return `\\${captureNumber(node.group, captures)}`;
    case 'sequence':
    case 'alternation':
      return `(?:${alternatives(node, captures)})`;
    default:
      throw new Error(`generate: ${node.kind} has not been lowered`);
  }
}

function atom(node: Node, captures: Captures): string {
  return node.kind === 'characters' || node.kind === 'group'
    ? term(node, captures)
    : `(?:${alternatives(node, captures)})`;
}

function captureNumber(group: number, captures: Captures): number {
  const [capture, ...others] = captures.get(group) ?? [];
  if (capture === undefined || others.length > 0) {
    throw new Error(`generate: group ${group} has ${others.length} captures, not one`);
  }
  return capture;
}

function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) {
    return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  }
  if (min === 0 && max === 1) {
    return '?';
  }
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
