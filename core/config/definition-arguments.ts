import { isSpace, strip } from './python-text.ts';
import { type SourceText, slice } from './source-text.ts';

/** `sshd[mode=aggressive, x="a,b"][y=z]` taken apart. */
export type Definition =
  | {
      readonly kind: 'definition';
      readonly name: SourceText;
      readonly args: ReadonlyMap<string, SourceText>;
      /** The names of the arguments, for pointing at them. */
      readonly argNames: ReadonlyMap<string, SourceText>;
    }
  /** `offset` into the text. */
  | { readonly kind: 'malformed'; readonly message: string; readonly offset: number };

/**
 * A filter or action with its arguments. Values stand bare up to a comma or bracket, or in single
 * or double quotes; groups may follow each other (fail2ban/helpers.py: extractOptions). Unlike
 * fail2ban, blanks between the name and its bracket are allowed.
 */
export function parseDefinition(source: SourceText): Definition {
  const { text } = source;
  const open = text.indexOf('[');
  if (open === 0 || text === '') return { kind: 'malformed', message: 'a name is missing', offset: 0 };
  const name = trimmed(source, 0, open < 0 ? text.length : open);
  if (open < 0) return { kind: 'definition', name, args: new Map(), argNames: new Map() };
  const close = lastBracket(text);
  if (close < open) {
    return { kind: 'malformed', message: 'the bracket that opens here is not closed', offset: open };
  }
  return parseArguments(source, name, open + 1, close);
}

/** Where the bracket stands that ends the text, -1 when the text ends otherwise. */
function lastBracket(text: string): number {
  const end = text.lastIndexOf(']');
  return end >= 0 && strip(text.slice(end + 1)) === '' ? end : -1;
}

function parseArguments(source: SourceText, name: SourceText, from: number, close: number): Definition {
  const args = new Map<string, SourceText>();
  const argNames = new Map<string, SourceText>();
  const inside = source.text.slice(0, close);
  let at = from;
  while (skipSpace(inside, inside[at] === ',' ? at + 1 : at) < close) {
    at = skipSpace(inside, at);
    const key = KEY.exec(inside.slice(at))?.[1];
    if (key === undefined) return { kind: 'malformed', message: 'name=value is expected here', offset: at };
    const value = valueAt(inside, at + key.length + 1);
    const next = separatorAfter(inside, value.after);
    if (next === undefined) {
      return { kind: 'malformed', message: `a comma is missing after the value of ${key}`, offset: value.after };
    }
    args.set(key, trimmed(source, value.start, value.end));
    argNames.set(key, slice(source, at, at + key.length));
    at = next;
  }
  return { kind: 'definition', name, args, argNames };
}

/** Newer versions let a name carry a condition: `blocktype?family=inet6=DROP`. */
const NAME = '[\\p{L}\\p{N}_.-]+(?:\\?family=inet[46])?';
const KEY = new RegExp(`^(${NAME})=`, 'u');

interface ArgumentValue {
  readonly start: number;
  readonly end: number;
  /** Behind the closing quote. */
  readonly after: number;
}

function valueAt(text: string, start: number): ArgumentValue {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, start + 1);
    if (end >= 0) return { start: start + 1, end, after: end + 1 };
  }
  const length = text.slice(start).search(/[,\]]/);
  const end = length < 0 ? text.length : start + length;
  return { start, end, after: end };
}

/**
 * Behind the comma, or the `][`, that ends an argument; `undefined` when something else stands
 * there.
 */
function separatorAfter(text: string, at: number): number | undefined {
  // Python's dollar also matches before a final newline.
  if (at >= text.length || text.slice(at) === '\n') return text.length;
  if (text[at] === ',') return at + 1;
  if (text[at] !== ']') return undefined;
  const open = skipSpace(text, at + 1);
  return text[open] === '[' ? open + 1 : undefined;
}

/**
 * The entries of an `action` value: separated by blanks or newlines, except inside the brackets of
 * arguments (fail2ban/helpers.py: splitWithOptions).
 */
export function splitDefinitions(source: SourceText): SourceText[] {
  const { text } = source;
  const found: SourceText[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = definitionEnd(text, at);
    found.push(trimmed(source, at, end));
    at = skipSpace(text, end);
  }
  return found;
}

function definitionEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== '[' && !isSpace(text[end])) end++;
  const open = skipSpace(text, end);
  if (end > start && text[open] === '[') {
    const close = argumentsEnd(text, open + 1);
    if (close !== undefined) return close;
  }
  while (end < text.length && !isSpace(text[end])) end++;
  return end;
}

/** Between arguments commas may be missing here; `parseDefinition` is the one to complain. */
const NEXT = `(?=\\s*(?:[,\\]]|${NAME}=))`;
const ARGUMENT = new RegExp(`^${NAME}=(?:"[^"]*"${NEXT}|'[^']*'${NEXT}|[^,\\]]*)`, 'u');

/**
 * Behind the last bracket that closes well-formed arguments and has a blank or the end behind it.
 */
function argumentsEnd(text: string, from: number): number | undefined {
  let at = skipSpace(text, from);
  while (text[at] !== ']') {
    const argument = ARGUMENT.exec(text.slice(at))?.[0];
    if (argument === undefined) return undefined;
    at = skipSpace(text, at + argument.length);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  const next = skipSpace(text, at + 1);
  const further = text[next] === '[' ? argumentsEnd(text, next + 1) : undefined;
  return further ?? (at + 1 === text.length || isSpace(text[at + 1]) ? at + 1 : undefined);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at++;
  return at;
}

function trimmed(source: SourceText, start: number, end: number): SourceText {
  let [from, to] = [start, end];
  while (from < to && isSpace(source.text[from])) from++;
  while (to > from && isSpace(source.text[to - 1])) to--;
  return slice(source, from, to);
}
