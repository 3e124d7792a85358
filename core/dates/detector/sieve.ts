import type { Scan, ScanStep } from '../scanner/scan.ts';
import { directiveRegex } from '../templates/directives.ts';
import { DECADES, DIGIT } from '../templates/placeholders.ts';

/**
 * RegExp sources that match wherever a template does, and rarely elsewhere. They show cheaply that
 * a line has no date, and find the place that a {@link Scanner} then reads. Digits and letters
 * beyond ASCII pass unchecked. For `new RegExp(source, 'i')`.
 */

/** A digit of any script; those beyond the basic plane are two code units. */
export const ANY_DIGIT = String.raw`(?:[0-9\u0080-\ud7ff\ue000-\uffff]|[\ud800-\udbff][\udc00-\udfff])`;

/** Where a word may begin. */
export const AT_WORD = String.raw`(?:\b|(?=\W))`;
/** Where a date at the line's start may begin. */
export const AT_LINE_START = String.raw`^\W{0,2}`;
/** The zeros of all scripts but ASCII's, each followed by its nine other digits. */
const ZEROS = [
  ...[0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20],
  ...[0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50],
  ...[0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10],
];
const character = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
const DIGITS_BEYOND_ASCII = ZEROS.map((zero) => `${character(zero)}-${character(zero + 9)}`).join('');

/**
 * Where a date may begin beyond ASCII, which `\b` does not see: a digit of another script, a
 * character that equals an ASCII letter when case is ignored, or anything beyond the basic plane.
 */
export const BEGINS_BEYOND_ASCII = `[${DIGITS_BEYOND_ASCII}\\u0130\\u0131\\u017f\\u212a\\ud800-\\udfff]`;

/**
 * What the template's date matches, wherever it begins. `decades`: what `%ExY` takes, as RegExp
 * source.
 */
export function sieveOf(scan: Scan, decades: string): string {
  let separators = '';
  const sieve = (steps: readonly ScanStep[]): string => steps.map(sieveOfStep).join('');
  const sieveOfStep = (step: ScanStep): string => {
    switch (step[0]) {
      case 'text':
        return letterOf(step[1]);
      case 'separator':
        separators = step[1];
        return setOf(separators);
      case 'one':
        return setOf(step[1]);
      case 'same':
        return setOf(separators);
      case 'field':
        return sieveOfField(step[1], decades);
      case 'blanks':
        return String.raw`[\s\x1c-\x1f\x85]${step[1] === 0 ? '*' : '+'}`;
      case 'digits':
        return `${ANY_DIGIT}+`;
      case 'past':
        return `[^${escaped(step[1])}]*${escaped(step[1])}`;
      case 'cut':
        return sieve(step[1]);
      case 'optional':
        return `(?:${sieve(step[1])})?`;
      case 'either':
        return `(?:${step[1].map(sieve).join('|')})`;
    }
  };
  return sieve(withoutTail(scan.steps));
}

/**
 * True when `\b` holds wherever a match of the steps begins, or where a shorter match inside it
 * begins. A space that pads a number may be omitted, and so may a leading zone with the space
 * behind it.
 */
export function beginsWithWord(steps: readonly ScanStep[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return false;
  switch (step[0]) {
    case 'field':
      return step[1] !== 'z';
    case 'text':
    case 'one':
    case 'separator':
      return /^\w+$/.test(step[1]);
    case 'digits':
      return true;
    case 'cut':
      return beginsWithWord([...step[1], ...rest]);
    case 'optional':
      return beginsWithWord(rest) && (beginsWithWord(step[1]) || endsWithBlank(step[1]));
    case 'either':
      return step[1].every((way) => beginsWithWord([...way, ...rest]));
    default:
      return false;
  }
}

function endsWithBlank(steps: readonly ScanStep[]): boolean {
  const last = steps.at(-1);
  if (last?.[0] === 'either') return last[1].every(endsWithBlank);
  return last?.[0] === 'text' && last[1] === ' ';
}

/** Optional steps at the end do not matter. */
function withoutTail(steps: readonly ScanStep[]): readonly ScanStep[] {
  const last = steps.at(-1);
  if (last?.[0] === 'optional') return withoutTail(steps.slice(0, -1));
  return last?.[0] === 'cut' ? [...steps.slice(0, -1), ['cut', withoutTail(last[1])]] : steps;
}

function sieveOfField(name: string, decades: string): string {
  const regex = (directiveRegex(name) ?? '').replace(/\(\?P<\w+>/g, '(?:');
  const letters = regex.replace('[A-Z]', String.raw`[A-Z\u0130\u0131\u017f\u212a]`).replace(/[a-z]/g, letterOf);
  return letters.replaceAll(DECADES, decades).replaceAll(DIGIT, ANY_DIGIT);
}

/**
 * Adds the characters that Python takes for the same letter when case is ignored, but RegExp
 * without `u` does not.
 */
function letterOf(character: string): string {
  switch (character.toLowerCase()) {
    case 'i':
      return String.raw`[i\u0130\u0131]`;
    case 'k':
      return String.raw`[k\u212a]`;
    case 's':
      return String.raw`[s\u017f]`;
    default:
      return escaped(character);
  }
}

function setOf(characters: string): string {
  return `[${Array.from(characters, (character) => (/[iks]/i.test(character) ? letterOf(character).slice(1, -1) : escaped(character))).join('')}]`;
}

function escaped(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
