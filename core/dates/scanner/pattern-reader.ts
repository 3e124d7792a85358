import type { ScanStep } from './scan.ts';

/**
 * The steps of a datepattern in the part of its language that needs no backtracking: directives,
 * plain characters, small sets, `?`, groups, `[^x]*x`; `undefined` for anything else.
 */
export function readPattern(pattern: string): readonly ScanStep[] | undefined {
  return new PatternReader(pattern).whole();
}

const DIRECTIVE = /^%(Ex[A-Za-z]|[A-Za-z])/;
const PAST = /^\[\^(\\?)([^\w\s\\])\]\*\\?(.)/;
const SEPARATOR = /^\(\?P<(\w+)>\[([-./:_, ]+)\]\)/;
const SAME = /^\(\?P=(\w+)\)/;
const PLAIN = /^[\w !"#%&',/:;<=>@`~-]/;

class PatternReader {
  readonly #text: string;
  #index = 0;
  #separator: string | undefined;
  /** A capture group was opened, so a later plain group is not the first and is not cut out. */
  #hasGroup = false;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): readonly ScanStep[] | undefined {
    const steps = this.#sequence();
    return this.#index === this.#text.length ? steps : undefined;
  }

  /** Up to the end, a `|` or a `)`; `undefined` at anything unknown. */
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

/** A set of single characters: a dash is accepted only at an end, where it makes no range. */
function oneOf(characters: string): ScanStep | undefined {
  return /.-./.test(characters) ? undefined : ['one', characters];
}
