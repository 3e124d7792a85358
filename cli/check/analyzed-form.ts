import { alternation, type Node, type Pattern } from '../../core/pyregex/ast.ts';
import { type CodePointSet, codePointSet, intersection } from '../../core/pyregex/code-point-set.ts';
import { generate } from '../../core/pyregex/generate.ts';
import { lower } from '../../core/pyregex/lower.ts';
import { rewrite } from '../../core/pyregex/traverse.ts';
import { width } from '../../core/pyregex/width.ts';

/** Printable ASCII, and for what lies beyond it one letter and one character that is none. */
const ALPHABET: CodePointSet = codePointSet([
  [0x20, 0x7e],
  [0xe9, 0xe9],
  [0x2026, 0x2026],
]);

/**
 * The regex in the form that is analyzed: RegExp source of what it matches in one line of printable
 * text, without what only makes the analysis longer. Digits, letters and blanks beyond ASCII are
 * left out, and so are rounds of a repeat that can't run on: three digits where one would do. What
 * blows up in this form is tried on the regex itself.
 */
export function analyzedForm({ root }: Pattern): string {
  const tree = withoutLineEnds(fewerRounds(unnamed(eitherWay(anyHost(root)))));
  const lowered = lower(tree, { numberedGroups: false, purpose: 'analyzed', narrowSets: withinAlphabet });
  return generate(lowered).source;
}

/** An IPv4 address has the form of a name, too, so that of `<HOST>` the name will do. */
function anyHost(root: Node): Node {
  const isName = (node: Node): boolean => node.kind === 'group' && node.name === 'dns';
  return rewrite(root, (node) => (node.kind === 'alternation' ? (node.branches.find(isName) ?? node) : node));
}

/**
 * Conditionals take either way: to ask whether a group has taken part costs the analysis more than
 * all else.
 */
function eitherWay(root: Node): Node {
  return rewrite(root, (node) => (node.kind === 'conditional' ? alternation([node.yes, node.no]) : node));
}

/** Its captures are not read. */
function unnamed(root: Node): Node {
  return rewrite(root, (node) => {
    if (node.kind !== 'group') return node;
    const { name: _, reports: __, ...rest } = node;
    return rest;
  });
}

/** The line as analyzed has no newline behind it. */
function withoutLineEnds(root: Node): Node {
  return rewrite(root, (node) => {
    if (node.kind !== 'anchor' || node.flags.multiline) return node;
    return node.at === 'line-end' ? { ...node, at: 'string-end' } : node;
  });
}

/** A round of more runs on. */
const MOST_CHARACTERS = 1000;

function fewerRounds(root: Node): Node {
  return rewrite(root, (node) => {
    if (node.kind !== 'repeat' || width(node.body, new Map()).max > MOST_CHARACTERS) return node;
    return node.max === Number.POSITIVE_INFINITY ? node : { ...node, max: Math.max(node.min, 1) };
  });
}

function withinAlphabet(root: Node): Node {
  return rewrite(root, (node) => {
    if (node.kind !== 'characters') return node;
    const set = intersection(node.set, ALPHABET);
    return set.length === 0 ? node : { ...node, set };
  });
}
