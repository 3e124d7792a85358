import type { Flags, Node } from './ast.ts';
import { Refusal } from './refusal.ts';
import type { Tokenizer } from './tokenize.ts';
import type { Width } from './width.ts';

/** Python's limit on groups (MAXGROUPS on a 64-bit build). */
const MAX_GROUPS = 1_073_741_823;

/** The flags of the place being parsed; verbose only matters to the parser. */
export interface ParseFlags extends Flags {
  readonly verbose: boolean;
}

/** What the parser knows of groups so far (Lib/re/_parser.py: State). */
export interface ParseState {
  readonly tokens: Tokenizer;
  /** Changed by `(?i)` at the start of the pattern. */
  globalFlags: ParseFlags;
  /** The letters of all `(?…)` at the start. */
  globalLetters: string;
  readonly names: Map<string, number>;
  /** Groups opened so far. */
  groupCount: number;
  /** By number, once closed. */
  readonly groupWidths: Map<number, Width>;
  /** Number of groups when the outermost lookbehind began. */
  lookbehindFrom: number | undefined;
  /** Conditionals on a number, checked once all groups are known. */
  readonly pendingGroups: Map<number, number>;
  /** Parses alternatives up to a closing parenthesis, which is left. */
  readonly alternatives: (flags: ParseFlags) => Node;
  /** Parses one alternative, up to a bar or closing parenthesis, which is left. */
  readonly branch: (flags: ParseFlags) => Node;
}

/** Opens a group and returns its number. */
export function openGroup(state: ParseState, name: string | undefined, start: number): number {
  const number = state.groupCount + 1;
  if (number >= MAX_GROUPS) {
    throw state.tokens.syntaxError('too many groups', start);
  }
  state.groupCount = number;
  if (name !== undefined) {
    const earlier = state.names.get(name);
    if (earlier !== undefined) {
      throw state.tokens.syntaxError(
        `group "${name}" is defined twice, as group ${earlier} and as group ${number}; Python allows a name once`,
        start,
      );
    }
    state.names.set(name, number);
  }
  return number;
}

/** Inside a lookbehind only groups that were closed before it began may be referred to. */
export function checkLookbehindReference(state: ParseState, group: number, start: number): void {
  if (state.lookbehindFrom === undefined) {
    return;
  }
  if (!state.groupWidths.has(group)) {
    throw state.tokens.syntaxError(`group ${group} is still open where a lookbehind refers to it`, start);
  }
  if (group > state.lookbehindFrom) {
    throw state.tokens.syntaxError(`group ${group} is defined in the lookbehind that refers to it`, start);
  }
}

/** The group a name stands for, which must be defined earlier. */
export function groupNamed(state: ParseState, name: string, start: number): number {
  checkGroupName(state, name, start);
  const group = state.names.get(name);
  if (group === undefined) {
    throw state.tokens.syntaxError(`there is no group "${name}" before this place`, start);
  }
  return group;
}

/** Python's str.isidentifier. */
export function isIdentifier(name: string): boolean {
  return /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name);
}

export function checkGroupName(state: ParseState, name: string, start: number): void {
  if (!isIdentifier(name)) {
    throw new Refusal(
      'REGEX_SYNTAX',
      `"${name}" cannot be a group name: Python wants letters, digits and underscores, not starting with a digit`,
      { start, end: state.tokens.offset },
    );
  }
}
