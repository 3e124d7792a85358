import { type Conditional, EMPTY, type Look, type Node, sequence } from './ast.ts';
import { type InlineFlags, parseInlineFlags, withFlags } from './parse-flags.ts';
import {
  checkGroupName,
  checkLookbehindReference,
  groupNamed,
  isIdentifier,
  openGroup,
  type ParseFlags,
  type ParseState,
} from './parse-state.ts';
import { width } from './width.ts';

/**
 * What a `(`, already taken, begins; `undefined` for a comment or global flags, which match
 * nothing.
 */
export function parseParenthesis(
  state: ParseState,
  start: number,
  flags: ParseFlags,
  atPatternStart: boolean,
): Node | undefined {
  const { tokens } = state;
  if (!tokens.accept('?')) {
    return parseCapture(state, start, flags, undefined);
  }
  const token = takeAfterQuestionMark(state, start);
  switch (token) {
    case 'P':
      return parsePythonExtension(state, start, flags);
    case ':':
      return parseBody(state, start, flags);
    case '>':
      return { kind: 'atomic', body: parseBody(state, start, flags), span: { start, end: tokens.offset } };
    case '#':
      return skipComment(state, start);
    case '=':
    case '!':
      return parseLook(state, start, flags, 'ahead', token === '!');
    case '<':
      return parseLookbehind(state, start, flags);
    case '(':
      return parseConditional(state, start, flags);
    default:
      return parseFlagGroup(state, start, flags, token, atPatternStart);
  }
}

function takeAfterQuestionMark(state: ParseState, start: number): string {
  const token = state.tokens.take();
  if (token === undefined) {
    throw state.tokens.syntaxError('the pattern ends inside a group', start);
  }
  return token;
}

/** Everything up to the closing parenthesis, and that. */
function parseBody(state: ParseState, start: number, flags: ParseFlags): Node {
  const body = state.alternatives(flags);
  close(state, start);
  return body;
}

function close(state: ParseState, start: number): void {
  if (!state.tokens.accept(')')) {
    throw state.tokens.syntaxError('this group is not closed by ")"', start);
  }
}

function parseCapture(state: ParseState, start: number, flags: ParseFlags, name: string | undefined): Node {
  const number = openGroup(state, name, start);
  const body = parseBody(state, start, flags);
  state.groupWidths.set(number, width(body, state.groupWidths));
  return {
    kind: 'group',
    number,
    ...(name === undefined ? {} : { name }),
    reports: number,
    body,
    span: { start, end: state.tokens.offset },
  };
}

function parsePythonExtension(state: ParseState, start: number, flags: ParseFlags): Node {
  const { tokens } = state;
  const nameStart = tokens.offset + 1;
  if (tokens.accept('<')) {
    const name = tokens.takeUntil('>', 'the group name');
    checkGroupName(state, name, nameStart);
    return parseCapture(state, start, flags, name);
  }
  if (tokens.accept('=')) {
    const name = tokens.takeUntil(')', 'the group name');
    checkGroupName(state, name, nameStart);
    const group = groupNamed(state, name, nameStart);
    if (!state.groupWidths.has(group)) {
      throw tokens.syntaxError(`group "${name}" is still open where it is referred to`, start);
    }
    checkLookbehindReference(state, group, start);
    return { kind: 'back-reference', group, flags, span: { start, end: tokens.offset } };
  }
  tokens.take();
  throw tokens.syntaxError(`"${tokens.source.slice(start, tokens.offset)}" begins no group that Python knows`, start);
}

function skipComment(state: ParseState, start: number): undefined {
  let token: string | undefined;
  do {
    token = state.tokens.take();
    if (token === undefined) {
      throw state.tokens.syntaxError('the comment is not closed by ")"', start);
    }
  } while (token !== ')');
  return undefined;
}

function parseLook(
  state: ParseState,
  start: number,
  flags: ParseFlags,
  direction: Look['direction'],
  negated: boolean,
): Look {
  const body = parseBody(state, start, flags);
  return { kind: 'look', direction, negated, body, span: { start, end: state.tokens.offset } };
}

/** Python's lookbehind steps back by its width, so that must be one number. */
function parseLookbehind(state: ParseState, start: number, flags: ParseFlags): Node {
  const { tokens } = state;
  const token = takeAfterQuestionMark(state, start);
  if (token !== '=' && token !== '!') {
    throw tokens.syntaxError(`"(?<${token}" begins no group that Python knows; a named group is (?P<name>…)`, start);
  }
  const outermost = state.lookbehindFrom === undefined;
  if (outermost) {
    state.lookbehindFrom = state.groupCount;
  }
  const look = parseLook(state, start, flags, 'behind', token === '!');
  if (outermost) {
    state.lookbehindFrom = undefined;
  }
  const { min, max } = width(look.body, state.groupWidths);
  if (min !== max) {
    throw tokens.syntaxError('a lookbehind must match a fixed number of characters', start);
  }
  return look;
}

function parseConditional(state: ParseState, start: number, flags: ParseFlags): Conditional {
  const { tokens } = state;
  const nameStart = tokens.offset;
  const group = conditionGroup(state, tokens.takeUntil(')', 'the group name'), nameStart);
  checkLookbehindReference(state, group, nameStart);
  const yes = state.branch(flags);
  const no = tokens.accept('|') ? state.branch(flags) : EMPTY;
  if (tokens.next === '|') {
    throw tokens.syntaxError('a conditional has at most two alternatives', start);
  }
  close(state, start);
  return { kind: 'conditional', group, yes, no, span: { start, end: tokens.offset } };
}

/** A number may refer to a group that is only defined later. */
function conditionGroup(state: ParseState, name: string, start: number): number {
  if (isIdentifier(name)) {
    return groupNamed(state, name, start);
  }
  if (!/^\s*\+?[0-9](?:_?[0-9])*\s*$/.test(name)) {
    throw state.tokens.syntaxError(`"${name}" is neither a group name nor a group number`, start);
  }
  const group = Number(name.replaceAll('_', ''));
  if (group === 0) {
    throw state.tokens.syntaxError('groups are numbered from 1', start);
  }
  if (!state.pendingGroups.has(group)) {
    state.pendingGroups.set(group, start);
  }
  return group;
}

function parseFlagGroup(
  state: ParseState,
  start: number,
  flags: ParseFlags,
  token: string,
  atPatternStart: boolean,
): Node | undefined {
  if (!/^[iLmsxatu-]$/.test(token)) {
    throw state.tokens.syntaxError(`"(?${token}" begins no group that Python knows`, start);
  }
  const inline = parseInlineFlags(state, token, start);
  if (inline.kind === 'global') {
    applyGlobalFlags(state, inline, start, atPatternStart);
    return undefined;
  }
  return sequence(parseBody(state, start, withFlags(flags, inline.on, inline.off)));
}

function applyGlobalFlags(
  state: ParseState,
  inline: InlineFlags & { kind: 'global' },
  start: number,
  atPatternStart: boolean,
): void {
  if (!atPatternStart) {
    throw state.tokens.syntaxError(
      'flags for the whole pattern stand only at its start; write (?flags:…) to switch them for a part',
      start,
    );
  }
  state.globalLetters += inline.on;
  if (state.globalLetters.includes('a') && state.globalLetters.includes('u')) {
    throw state.tokens.syntaxError('flags "a" and "u" exclude each other', start);
  }
  state.globalFlags = withFlags(state.globalFlags, inline.on, '');
}
