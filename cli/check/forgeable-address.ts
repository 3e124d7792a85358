import type { Node } from '../../core/pyregex/ast.ts';
import { children, descendants } from '../../core/pyregex/traverse.ts';
import type { Inspection } from './inspect.ts';

/** The groups that a ban is made of. */
const ID_GROUPS = ['ip4', 'ip6', 'dns', 'fid'];
/** Characters of a forged ` from 192.0.2.1`. */
const FORGED = [' ', '1', '.'].map((character) => character.charCodeAt(0));

/**
 * What comes before the address can be any text, and what comes after it is not tied to the line's end: whoever chooses that
 * text (a user name, a URL) may write an address of their own into it, and have somebody else banned.
 */
export const forgeableAddress: Inspection = ({ text, pattern }) => {
  if (!anyTextBeforeId(pattern.root) || endsTied(pattern.root)) return undefined;
  return {
    code: 'FORGEABLE_ADDRESS',
    severity: 'warning',
    message: `failregex '${text.value}' takes any text before the address and does not go on to the end of the line: who chooses that text chooses whom to ban`,
    help: 'write what may stand there ([^:]* for a user name of sshd), or end the regex with $',
  };
};

function anyTextBeforeId(root: Node): boolean {
  let anyText = false;
  for (const node of descendants(root)) {
    if (node.kind === 'group' && node.name !== undefined && ID_GROUPS.includes(node.name)) return anyText;
    if (node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY && takesForgedText(node.body)) anyText = true;
  }
  return false;
}

/** One character at a time, any of those a forged address needs. */
function takesForgedText(body: Node): boolean {
  if (body.kind === 'group' || body.kind === 'atomic') return takesForgedText(body.body);
  if (body.kind === 'any') return true;
  if (body.kind !== 'class') return false;
  const { items, negated } = body;
  return FORGED.every((codePoint) => items.some((item) => includes(item, codePoint)) !== negated);
}

function includes(item: Extract<Node, { kind: 'class' }>['items'][number], codePoint: number): boolean {
  if (item.kind === 'range') return item.from <= codePoint && codePoint <= item.to;
  const character = String.fromCharCode(codePoint);
  const member = item.name === 'space' ? character === ' ' : /\d/.test(character);
  return member !== item.negated;
}

/** Every way through the pattern ends in `$`. */
function endsTied(node: Node): boolean {
  if (node.kind === 'anchor') return node.at === 'line-end' || node.at === 'string-end';
  if (node.kind === 'sequence') return node.items.some(endsTied);
  if (node.kind === 'alternation' || node.kind === 'conditional') return children(node).every(endsTied);
  if (node.kind === 'group' || node.kind === 'atomic') return endsTied(node.body);
  return false;
}
