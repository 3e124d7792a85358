import type { Node } from './ast.ts';
import { classSource } from './class-source.ts';
import { groupsIn } from './traverse.ts';

/** ES2018 source with the `u` flag, and the JavaScript number of each capture. */
export interface Generated {
  readonly source: string;
  /**
   * JavaScript's captures by Python's group number: the last in the pattern is to be asked first.
   */
  readonly reports: ReadonlyMap<number, readonly number[]>;
}

/** Writes a fully lowered tree. */
export function generate(root: Node): Generated {
  const captures = new Map<number, number>();
  let count = 0;
  const reports = new Map<number, number[]>();
  for (const group of groupsIn(root)) {
    count++;
    captures.set(group.number, count);
    if (group.reports !== undefined) {
      reports.set(group.reports, [count, ...(reports.get(group.reports) ?? [])]);
    }
  }
  return { source: alternatives(root, captures), reports };
}

type Captures = ReadonlyMap<number, number>;

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
  const capture = captures.get(group);
  if (capture === undefined) {
    throw new Error(`generate: there is no group ${group}`);
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
