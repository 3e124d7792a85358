/**
 * A datepattern as steps that can be read from left to right without going back: what {@link Scanner} follows instead of
 * a RegExp. Only patterns whose RegExp could not find anything else than these steps do have them.
 */

/** How to read a line at one place. JSON-serialisable. */
export interface Scan {
  /** `start`: at the line's start after up to two non-word characters; `line`: at its very start; `word`: at a word. */
  readonly begin: 'start' | 'line' | 'word';
  /** `word`: not amid a word; `line`: at the line's end. */
  readonly end: 'word' | 'line';
  readonly ignoreCase: boolean;
  readonly steps: readonly ScanStep[];
}

export type ScanStep =
  | readonly ['text', string]
  /** Any one of these characters. */
  | readonly ['one', string]
  /** Any one of these, which `same` wants again. */
  | readonly ['separator', string]
  | readonly ['same']
  /** A strptime directive without its percent sign. */
  | readonly ['field', string]
  /** So many blanks or more. */
  | readonly ['blanks', 0 | 1]
  /** Digits, one or more. */
  | readonly ['digits']
  /** Everything up to this character, and it. */
  | readonly ['past', string]
  /** What is cut out of the line; without it, all that the steps read is. */
  | readonly ['cut', readonly ScanStep[]]
  | readonly ['optional', readonly ScanStep[]]
  /** The first of them that fits. */
  | readonly ['either', readonly (readonly ScanStep[])[]];

/** Fields of a fixed number of characters. */
const FIXED_FIELDS = new Set(['Y', 'y', 'ExY', 'Exy', 'Exm', 'Exd', 'ExH', 'ExM', 'ExS', 'a', 'b', 'p']);
/** Fields of one digit or more: they end where the digits end, so what follows must not begin with one. */
const DIGIT_FIELDS = new Set(['m', 'd', 'H', 'k', 'Exk', 'I', 'l', 'Exl', 'M', 'S', 'f']);
/** As those, behind a blank that may be missing. */
const BLANK_PADDED = new Set(['d', 'k', 'Exk', 'l', 'Exl']);
const LETTER_FIELDS = new Set(['a', 'b', 'p', 'Z']);

/** What the rest of a pattern may begin with. */
interface First {
  readonly digit: boolean;
  readonly blank: boolean;
  readonly letter: boolean;
}

const NOTHING: First = { digit: false, blank: false, letter: false };

/** The steps of a datepattern, without `{^LN-BEG}` or other marks; `undefined` when it needs a RegExp. */
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
  const steps = new PatternReader(body).whole();
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
    // It may be any character; none of ours is a digit, a blank or a letter.
    case 'same':
      return NOTHING;
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

const DIRECTIVE = /^%(Ex[A-Za-z]|[A-Za-z])/;
const PAST = /^\[\^(\\?)([^\w\s\\])\]\*\\?(.)/;
const SEPARATOR = /^\(\?P<(\w+)>\[([-./:_, ]+)\]\)/;
const SAME = /^\(\?P=(\w+)\)/;
const PLAIN = /^[\w !"#%&',/:;<=>@`~-]/;

/** Reads the part of the pattern language that needs no going back. */
class PatternReader {
  readonly #text: string;
  #index = 0;
  #separator: string | undefined;
  /** A capture group was opened: a plain one that comes later is not the first, and not what is cut out. */
  #hasGroup = false;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): readonly ScanStep[] | undefined {
    const steps = this.#sequence();
    return this.#index === this.#text.length ? steps : undefined;
  }

  /** Up to the end, a `|` or a `)`; `undefined` at anything that it does not know. */
  #sequence(): ScanStep[] | undefined {
    const steps: ScanStep[] = [];
    while (this.#index < this.#text.length && !/^[|)]/.test(this.#rest())) {
      const step = this.#step();
      if (step === undefined) return undefined;
      const optional = this.#take(/^\?/) !== undefined;
      if (/^[?*+{]/.test(this.#rest()) || (optional && step[0] === 'cut')) return undefined;
      steps.push(optional ? ['optional', [step]] : step);
    }
    return steps;
  }

  #step(): ScanStep | undefined {
    const directive = this.#take(DIRECTIVE);
    if (directive !== undefined) return this.#field(directive[1] ?? '');
    const past = this.#take(PAST);
    if (past !== undefined) return past[2] === past[3] ? ['past', past[2] ?? ''] : undefined;
    if (this.#take(/^\\s\*/)) return ['blanks', 0];
    if (this.#take(/^\\s\+/)) return ['blanks', 1];
    if (this.#take(/^\\d\+/)) return ['digits'];
    const escaped = this.#take(/^\\([^\w\s])/);
    if (escaped !== undefined) return ['text', escaped[1] ?? ''];
    const set = this.#take(/^\[([-\w ./:,@]+)\]/);
    if (set !== undefined) return oneOf(set[1] ?? '');
    if (this.#rest().startsWith('(')) return this.#group();
    const plain = this.#take(PLAIN);
    return plain === undefined || plain[0] === '%' ? undefined : ['text', plain[0]];
  }

  #field(name: string): ScanStep {
    this.#hasGroup = true;
    return ['field', name];
  }

  #group(): ScanStep | undefined {
    const separator = this.#take(SEPARATOR);
    if (separator !== undefined) return this.#separatorStep(separator[1], separator[2]);
    const same = this.#take(SAME);
    if (same !== undefined) return same[1] === this.#separator ? ['same'] : undefined;
    if (this.#take(/^\(\?:/)) return this.#alternatives();
    if (this.#hasGroup || this.#depth > 0 || !this.#take(/^\((?!\?)/)) return undefined;
    this.#hasGroup = true;
    const steps = this.#sequence();
    return steps !== undefined && this.#take(/^\)/) ? ['cut', steps] : undefined;
  }

  #separatorStep(name = '', characters = ''): ScanStep | undefined {
    if (this.#separator !== undefined || this.#depth > 0) return undefined;
    this.#separator = name;
    this.#hasGroup = true;
    const set = oneOf(characters);
    return set?.[0] === 'one' ? ['separator', set[1]] : undefined;
  }

  #alternatives(): ScanStep | undefined {
    const all: (readonly ScanStep[])[] = [];
    this.#depth += 1;
    do {
      const steps = this.#sequence();
      if (steps === undefined) return undefined;
      all.push(steps);
    } while (this.#take(/^\|/));
    this.#depth -= 1;
    return this.#take(/^\)/) ? ['either', all] : undefined;
  }

  #rest(): string {
    return this.#text.slice(this.#index);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.#rest());
    if (match === null) return undefined;
    this.#index += match[0].length;
    return match;
  }
}

/** A set of single characters: a dash counts only at an end, where it is no range. */
function oneOf(characters: string): ScanStep | undefined {
  return /.-./.test(characters) ? undefined : ['one', characters];
}
