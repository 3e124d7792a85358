import type { Scan, ScanStep } from './scan.ts';
/**
 * A datepattern as steps that {@link Scanner} reads from left to right without backtracking, in
 * place of a RegExp. Only patterns for which the RegExp always finds the same match have steps.
 */

import { readPattern } from './pattern-reader.ts';

/** Fields of a fixed number of characters. */
const FIXED_FIELDS = new Set(['Y', 'y', 'ExY', 'Exy', 'Exm', 'Exd', 'ExH', 'ExM', 'ExS', 'a', 'b', 'p']);
/**
 * Fields of one digit or more: they end where the digits end, so what follows must not begin with
 * one.
 */
const DIGIT_FIELDS = new Set(['m', 'd', 'H', 'k', 'Exk', 'I', 'l', 'Exl', 'M', 'S', 'f']);
/** Like those, after an optional space. */
const BLANK_PADDED = new Set(['d', 'k', 'Exk', 'l', 'Exl']);
const LETTER_FIELDS = new Set(['a', 'b', 'p', 'Z']);

/** The characters with which the rest of a pattern may begin. */
interface First {
  readonly digit: boolean;
  readonly blank: boolean;
  readonly letter: boolean;
}

const NOTHING: First = { digit: false, blank: false, letter: false };

/**
 * The steps of a datepattern, without `{^LN-BEG}` or other marks; `undefined` when it needs a
 * RegExp.
 */
export function scanSteps(
  pattern: string,
  begin: 'start' | 'word' | 'own',
  end: 'word' | 'own',
  ignoreCase: boolean,
): Scan | undefined {
  const ownBegin = begin === 'own';
  const ownEnd = end === 'own';
  if ((ownBegin && !pattern.startsWith('^')) || (ownEnd && !/[^\\]\$$/.test(pattern))) return undefined;
  const body = pattern.slice(ownBegin ? 1 : 0, ownEnd ? -1 : pattern.length);
  const steps = readPattern(body);
  if (steps === undefined || mayBeEmpty(steps) || hasTwoHours(steps)) return undefined;
  if (firstOf(steps, NOTHING) === undefined) return undefined;
  return { begin: ownBegin ? 'line' : begin, end: ownEnd ? 'line' : end, ignoreCase, steps };
}

/** An empty match stands where no word begins, too. */
function mayBeEmpty(steps: readonly ScanStep[]): boolean {
  return steps.every((step) => {
    switch (step[0]) {
      case 'optional':
        return true;
      case 'blanks':
        return step[1] === 0;
      case 'cut':
        return mayBeEmpty(step[1]);
      case 'either':
        return step[1].some(mayBeEmpty);
      default:
        return false;
    }
  });
}

/** What the steps may begin with; `undefined` when one of them could end in more than one place. */
function firstOf(steps: readonly ScanStep[], follow: First): First | undefined {
  let first: First | undefined = follow;
  for (let index = steps.length - 1; index >= 0 && first !== undefined; index -= 1) {
    const step = steps[index];
    if (step !== undefined) first = firstOfStep(step, first);
  }
  return first;
}

function firstOfStep(step: ScanStep, follow: First): First | undefined {
  switch (step[0]) {
    case 'text':
      return firstOfCharacters(step[1].charAt(0));
    case 'one':
    case 'separator':
      return firstOfCharacters(step[1]);
    case 'same':
      return { ...NOTHING, blank: true };
    case 'field':
      return firstOfField(step[1], follow);
    case 'blanks':
      return follow.blank ? undefined : { ...(step[1] === 0 ? follow : NOTHING), blank: true };
    case 'digits':
      return follow.digit ? undefined : { ...NOTHING, digit: true };
    case 'past':
      return { digit: true, blank: true, letter: true };
    case 'cut':
      return firstOf(step[1], follow);
    case 'optional':
      return either([firstOf(step[1], follow), follow]);
    case 'either':
      return either(step[1].map((steps) => firstOf(steps, follow)));
  }
}

function firstOfField(name: string, follow: First): First | undefined {
  if (DIGIT_FIELDS.has(name))
    return follow.digit ? undefined : { ...NOTHING, digit: true, blank: BLANK_PADDED.has(name) };
  if (name === 'z') return follow.digit ? undefined : { ...NOTHING, letter: true };
  if (name === 'Z') return follow.letter ? undefined : { ...NOTHING, letter: true };
  if (!FIXED_FIELDS.has(name)) return undefined;
  return LETTER_FIELDS.has(name) ? { ...NOTHING, letter: true } : { ...NOTHING, digit: true };
}

function firstOfCharacters(characters: string): First {
  return { digit: /[0-9]/.test(characters), blank: /\s/.test(characters), letter: /[A-Za-z]/.test(characters) };
}

function either(firsts: readonly (First | undefined)[]): First | undefined {
  let all: First | undefined = NOTHING;
  for (const first of firsts) {
    if (first === undefined || all === undefined) return undefined;
    all = { digit: all.digit || first.digit, blank: all.blank || first.blank, letter: all.letter || first.letter };
  }
  return all;
}

/** `%H` and `%I` in one pattern: which of them counts depends on their order. */
function hasTwoHours(steps: readonly ScanStep[]): boolean {
  const text = JSON.stringify(steps);
  return /"field","(?:H|k|ExH|Exk)"/.test(text) && /"field","(?:I|l|Exl)"/.test(text);
}
