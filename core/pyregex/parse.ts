import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { alternation, type Node, type Pattern, type Repeat, sequence } from './ast.ts';
import { parseClass } from './parse-class.ts';
import { parseEscape } from './parse-escape.ts';
import { parseParenthesis } from './parse-group.ts';
import type { ParseFlags, ParseState } from './parse-state.ts';
import { parseQuantifier } from './quantifier.ts';
import { Refusal, refusalDiagnostic } from './refusal.ts';
import { Tokenizer } from './tokenize.ts';
import type { TranslateOptions } from './translation.ts';

export type Parse =
  | { readonly kind: 'parsed'; readonly ast: Pattern }
  /** Places are relative to the pattern: `file` is empty, lines count from 1. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** Parses Python 3.11 `re` syntax (str patterns); refuses what Python refuses, with a place. */
export function parse(pattern: string, options: TranslateOptions = {}): Parse {
  try {
    return { kind: 'parsed', ast: parsePattern(pattern, options) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { kind: 'refused', diagnostics: [refusalDiagnostic(error, pattern)] };
    }
    throw error;
  }
}

/** As {@link parse}, but throws the {@link Refusal}. */
export function parsePattern(pattern: string, options: TranslateOptions): Pattern {
  const state: ParseState = {
    tokens: new Tokenizer(pattern),
    globalFlags: {
      ignoreCase: options.ignoreCase ?? false,
      multiline: options.multiline ?? false,
      dotAll: false,
      ascii: false,
      verbose: false,
    },
    globalLetters: '',
    names: new Map(),
    groupCount: 0,
    groupWidths: new Map(),
    lookbehindFrom: undefined,
    pendingGroups: new Map(),
    alternatives: (flags) => parseAlternatives(state, flags),
    branch: (flags) => parseBranch(state, flags, false),
  };
  const root = parseAlternatives(state, undefined);
  if (state.tokens.next !== undefined) {
    throw state.tokens.syntaxError('this ")" closes nothing', state.tokens.offset);
  }
  for (const [group, start] of state.pendingGroups) {
    if (group > state.groupCount) {
      throw state.tokens.syntaxError(`there is no group ${group}`, start);
    }
  }
  return { source: pattern, root, groupCount: state.groupCount, names: state.names };
}

/** Alternatives up to a closing parenthesis or the end. */
function parseAlternatives(state: ParseState, scope: ParseFlags | undefined): Node {
  const branches = [parseBranch(state, scope, scope === undefined)];
  while (state.tokens.accept('|')) {
    branches.push(parseBranch(state, scope, false));
  }
  return alternation(branches);
}

interface Item {
  readonly node: Node;
  /**
   * What a quantifier after it means to Python: an anchor can't be repeated, nor a repeat that no
   * group encloses.
   */
  readonly repeatable: 'yes' | 'anchor' | 'repeat';
}

/**
 * One alternative. Flags are the scope's, or `undefined` at the top level, where `(?i)` at the
 * start may change them.
 */
function parseBranch(state: ParseState, scope: ParseFlags | undefined, first: boolean): Node {
  const { tokens } = state;
  const items: Item[] = [];
  for (;;) {
    const start = tokens.offset;
    const flags = scope ?? state.globalFlags;
    const token = tokens.next;
    if (token === undefined || token === '|' || token === ')') {
      return sequence(...items.map((item) => item.node));
    }
    tokens.take();
    if (flags.verbose && skipVerbose(state, token)) {
      continue;
    }
    if (token === '(') {
      const node = parseParenthesis(state, start, flags, first && items.length === 0);
      if (node !== undefined) {
        items.push({ node, repeatable: 'yes' });
      }
      continue;
    }
    const quantifier = parseQuantifier(state, token, start);
    if (quantifier !== undefined) {
      items.push({ node: repeat(state, items.pop(), quantifier, start), repeatable: 'repeat' });
      continue;
    }
    const node = parseAtom(state, token, start, flags);
    items.push({ node, repeatable: node.kind === 'anchor' ? 'anchor' : 'yes' });
  }
}

function parseAtom(state: ParseState, token: string, start: number, flags: ParseFlags): Node {
  if (token.startsWith('\\')) {
    return parseEscape(state, token, start, flags);
  }
  switch (token) {
    case '[':
      return parseClass(state.tokens, start, flags);
    case '.':
      return { kind: 'any', flags };
    case '^':
      return { kind: 'anchor', at: 'line-start', flags };
    case '$':
      return { kind: 'anchor', at: 'line-end', flags };
    default:
      return { kind: 'literal', codePoint: token.codePointAt(0) ?? 0, flags };
  }
}

function repeat(
  state: ParseState,
  item: Item | undefined,
  quantifier: Pick<Repeat, 'min' | 'max' | 'mode'>,
  start: number,
): Repeat {
  if (item === undefined || item.repeatable === 'anchor') {
    throw state.tokens.syntaxError('the quantifier has nothing to repeat', start);
  }
  if (item.repeatable === 'repeat') {
    throw state.tokens.syntaxError('a quantifier follows a quantifier', start);
  }
  return { kind: 'repeat', ...quantifier, body: item.node, span: { start, end: state.tokens.offset } };
}

/** Under the verbose flag: skips white space, or a comment to the end of its line. */
function skipVerbose(state: ParseState, token: string): boolean {
  if (' \t\n\r\v\f'.includes(token)) {
    return true;
  }
  if (token !== '#') {
    return false;
  }
  let skipped: string | undefined;
  do {
    skipped = state.tokens.take();
  } while (skipped !== undefined && skipped !== '\n');
  return true;
}
