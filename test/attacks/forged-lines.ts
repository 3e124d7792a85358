import type { DaemonMessages } from './message-forms.ts';

/** The client that writes, and the one it wants banned. */
export const ATTACKER = '198.51.100.7';
const VICTIM = '203.0.113.9';

/** A daemon's line with the words of the attacker's in one or two of its fields. */
export interface ForgedLine {
  readonly line: string;
  /** The message without them, for a report. */
  readonly message: string;
}

type Part = string | { readonly field: Field };
type Field = 'A' | 'raw' | 'name' | 'sip';

/** What the daemon makes of the words: see message-forms.ts. */
const WRITTEN: Readonly<Record<Exclude<Field, 'A'>, (words: string) => string>> = {
  raw: (words) => words,
  name: (words) => words.split(':')[0] ?? '',
  sip: (words) => `"${words.replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"').replace(/\\$/, '')}" <sip:100@h>`,
};

/** Around the copied phrase; the last ones put other characters in the place of blanks. */
const WRAPPINGS: readonly ((phrase: string) => string)[] = [
  (phrase) => phrase,
  (phrase) => `x${phrase}`,
  (phrase) => `x${phrase}y`,
  (phrase) => `x ${phrase} y`,
  (phrase) => `"${phrase}"`,
  (phrase) => `x" ${phrase}`,
  (phrase) => `'${phrase}'`,
  (phrase) => `x>${phrase}<`,
  (phrase) => `x)${phrase} (y`,
  (phrase) => `x]${phrase}[`,
  (phrase) => `x\\${phrase}\\`,
  (phrase) => `x\\"${phrase}\\"`,
  (phrase) => phrase.replaceAll(' ', '\t'),
  (phrase) => phrase.replaceAll(' ', '\u000b'),
  (phrase) => phrase.replaceAll(' ', '\u00a0'),
  (phrase) => `\u0000${phrase}\u0001`,
  (phrase) => `x\r${phrase}\u0085y`,
  (phrase) => `\u001b[2K${phrase}\u2028`,
];

/**
 * Every phrase of every message of the filter that holds an address (its tail, its whole line, and
 * what lies between any two of its parts), with the victim's, in every field of every message,
 * wrapped in every way, and in each other field besides.
 */
export function* forgedLines({ messages }: DaemonMessages): Generator<ForgedLine> {
  const all = messages.map(partsOf);
  const phrases = new Set(all.flatMap(phrasesOf));
  for (const [index, parts] of all.entries()) {
    const message = messages[index] ?? '';
    const fields = [...parts.entries()].flatMap(([place, part]) => (isWritten(part) ? [place] : []));
    for (const phrase of phrases) {
      for (const wrap of WRAPPINGS) {
        const words = wrap(phrase);
        for (const place of fields) {
          yield { line: lineOf(parts, new Map([[place, words]])), message };
          for (const other of fields) {
            if (other > place)
              yield {
                line: lineOf(
                  parts,
                  new Map([
                    [place, words],
                    [other, words],
                  ]),
                ),
                message,
              };
          }
        }
      }
    }
  }
}

/** The message with harmless words in all of its fields. */
export function honestLine(message: string): string {
  return lineOf(partsOf(message), new Map());
}

function partsOf(message: string): readonly Part[] {
  return message
    .split(/(\{(?:A|raw|name|sip)\})/)
    .filter((text) => text !== '')
    .map((text) => (/^\{\w+\}$/.test(text) ? { field: text.slice(1, -1) as Field } : text));
}

function isWritten(part: Part): boolean {
  return typeof part !== 'string' && part.field !== 'A';
}

function phrasesOf(parts: readonly Part[]): readonly string[] {
  const phrases: string[] = [];
  for (let from = 0; from < parts.length; from++) {
    // From a field on, or from the start of the line; to a field, or to the end.
    if (from > 0 && !isWritten(parts[from - 1] ?? '')) continue;
    for (let to = from + 1; to <= parts.length; to++) {
      if (to < parts.length && !isWritten(parts[to] ?? '') && !isAddress(parts[to - 1])) continue;
      const run = parts.slice(from, to);
      if (run.some(isAddress)) phrases.push(run.map((part) => text(part, VICTIM, 'y')).join(''));
    }
  }
  return phrases;
}

function isAddress(part: Part | undefined): boolean {
  return typeof part === 'object' && part.field === 'A';
}

function lineOf(parts: readonly Part[], words: ReadonlyMap<number, string>): string {
  return parts.map((part, place) => text(part, ATTACKER, words.get(place) ?? 'x')).join('');
}

function text(part: Part, address: string, words: string): string {
  if (typeof part === 'string') return part;
  return part.field === 'A' ? address : WRITTEN[part.field](words);
}
