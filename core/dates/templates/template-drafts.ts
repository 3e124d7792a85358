import type { Scan } from '../scanner/scan.ts';
import { scanSteps } from '../scanner/scan-steps.ts';
import { type FramedRegex, frameRegex } from './boundaries.ts';
import { DEFAULT_PATTERNS } from './default-patterns.ts';
import { expandDirectives } from './directives.ts';
import { DIGIT, NON_WORD, WORD } from './placeholders.ts';

/** A date template as Python-regex text, not yet translated. */
export interface TemplateDraft {
  readonly kind: 'draft';
  readonly name: string;
  readonly reads: 'strptime' | 'epoch' | 'tai64n' | 'none';
  readonly regex: string;
  readonly anchored: boolean;
  readonly weight: number;
  /** How to read it without its regex. */
  readonly scan?: Scan | undefined;
  /** Epoch templates: which capture group is the number. */
  readonly epochGroup: number;
  /** Epoch templates: 13 digits are milliseconds, 16 are microseconds. */
  readonly longEpoch: boolean;
}

interface RefusedDraft {
  readonly kind: 'unknown-directive';
  readonly name: string;
  readonly directive: string;
  readonly index: number;
}

export type Draft = TemplateDraft | RefusedDraft;

/** How much more an anchored twin's hits count when templates change places. */
const TWIN_WEIGHT = 100;

const LINE_BEGIN_MARK = '{^LN-BEG}';
const UNBOUND_MARK = '{UNB}';
const DATE_MARK = /(?<!\\)\{DATE\}/gi;
const EPOCH_MARK = /(?<!\\)\{L?EPOCH\}/gi;

const EPOCH = String.raw`${DIGIT}{10,11}(?!${WORD})(?:\.${DIGIT}{3,6})?`;
/**
 * Seconds, milliseconds (with a fraction or without) or microseconds: 10, 13 or 16 digits, from
 * November 2286 one more.
 */
const LONG_EPOCH = String.raw`${DIGIT}{10,11}(?:${DIGIT}{3}(?:\.${DIGIT}{1,6}|${DIGIT}{3})?)?`;
const TAI64N = '@[0-9a-f]{24}';

/** The templates that one line of a datepattern stands for (`datedetector.py: appendTemplate`). */
export function draftLine(line: string): readonly Draft[] {
  const key = keyOf(line);
  if (key === '{DEFAULT}') return defaultDrafts();
  if (key === LINE_BEGIN_MARK) return defaultDrafts().filter((draft) => draft.kind === 'draft' && draft.anchored);
  if (key === '{NONE}') return [strptimeDraft(`${UNBOUND_MARK}^`, 'none')];
  if (key.includes('{DATE}')) return DEFAULT_PATTERNS.map((pattern) => draftPattern(framed(line, pattern)));
  return [draftPattern(line)];
}

/**
 * True for lines that add a set of default templates, of which those already there are left out.
 */
export function addsDefaults(line: string): boolean {
  const key = keyOf(line);
  return key === '{DEFAULT}' || key === LINE_BEGIN_MARK || key.includes('{DATE}');
}

/**
 * fail2ban's 31 templates: first a twin of each template that is not tied to the line's start and
 * may be, then all 17 (`datedetector.py: _cacheTemplate`).
 */
function defaultDrafts(): readonly Draft[] {
  const twins = DEFAULT_PATTERNS.filter((pattern) => !pattern.startsWith('^') && !pattern.startsWith(LINE_BEGIN_MARK));
  return [
    ...twins.map((pattern) => ({ ...draftPattern(LINE_BEGIN_MARK + pattern), weight: TWIN_WEIGHT })),
    ...DEFAULT_PATTERNS.map(draftPattern),
  ];
}

/**
 * Names are case-insensitive where there is no directive, whose letters are not (`datedetector.py:
 * _getPatternTemplate`).
 */
function keyOf(pattern: string): string {
  return pattern.includes('%') ? pattern : pattern.toUpperCase();
}

function framed(frame: string, pattern: string): string {
  return frame.replace(DATE_MARK, () => withoutMarks(titleOrPattern(pattern)));
}

/**
 * Inside a frame `EPOCH` is known by its title, and unless the frame is just `^` it is plain text:
 * as in fail2ban.
 */
function titleOrPattern(pattern: string): string {
  return pattern === 'EPOCH' ? 'Epoch' : pattern;
}

function withoutMarks(pattern: string): string {
  const bound = pattern.startsWith(UNBOUND_MARK) ? pattern.slice(UNBOUND_MARK.length) : pattern;
  return bound.startsWith(LINE_BEGIN_MARK) ? bound.slice(LINE_BEGIN_MARK.length) : bound;
}

function draftPattern(pattern: string): Draft {
  const key = keyOf(pattern);
  const bare = key.replace(/^(?:\{\^LN-BEG\}|\^)/, '');
  const atStart = bare !== key;
  if (key.includes('EPOCH') && pattern.search(EPOCH_MARK) >= 0) return epochInPattern(pattern, key.includes('LEPOCH'));
  if (bare === 'EPOCH' || bare === 'LEPOCH') return epochDraft(bare === 'LEPOCH', atStart);
  if (bare === 'TAI64N') return tai64nDraft(atStart);
  return strptimeDraft(pattern, 'strptime');
}

function strptimeDraft(pattern: string, reads: 'strptime' | 'none'): Draft {
  const unbound = pattern.startsWith(UNBOUND_MARK);
  const inner = unbound ? pattern.slice(UNBOUND_MARK.length) : pattern;
  const toStart = !unbound && inner.startsWith(LINE_BEGIN_MARK);
  const body = toStart ? inner.slice(LINE_BEGIN_MARK.length) : inner;
  const expansion = expandDirectives(body);
  if (expansion.kind === 'unknown') {
    const { directive, index } = expansion;
    return { kind: 'unknown-directive', name: pattern, directive, index: pattern.length - body.length + index };
  }
  const start = toStart ? 'start' : 'word';
  const framedRegex = frameRegex(expansion.ignoreCase ? `(?iu)${expansion.regex}` : expansion.regex, {
    begin: unbound ? 'anywhere' : start,
    end: unbound ? 'anywhere' : 'word',
  });
  const { boundBegin, boundEnd } = framedRegex;
  // Blanks around a pattern are dropped, in front only if they still are in front: not behind
  // `(?iu)`.
  const trimmed = expansion.ignoreCase ? body.trimEnd() : body.trim();
  const scan = scanSteps(trimmed, boundBegin ? start : 'own', boundEnd ? 'word' : 'own', expansion.ignoreCase);
  return { ...draft(framedRegex, titled(expansion.title, toStart && boundBegin), reads), scan };
}

function epochInPattern(pattern: string, longEpoch: boolean): Draft {
  const number = `(${longEpoch ? LONG_EPOCH : EPOCH})`;
  const regex = `(${pattern.replace(EPOCH_MARK, () => number)})`;
  return { ...draft(frameRegex(regex, { begin: 'word', end: 'word' }), pattern, 'epoch'), epochGroup: 2, longEpoch };
}

/** At the line's start, after a bracket there, or after `audit(` as SELinux writes it. */
function epochDraft(longEpoch: boolean, atStart: boolean): Draft {
  const number = longEpoch ? LONG_EPOCH : EPOCH;
  const regex = atStart ? `(${number})` : String.raw`((?:^|(?<=^\[)|(?<=^audit\()|(?<=${NON_WORD}audit\())${number})`;
  const framedRegex = frameRegex(regex, { begin: atStart ? 'start' : 'anywhere', end: 'word' });
  return { ...draft(framedRegex, titled(longEpoch ? 'LongEpoch' : 'Epoch', atStart), 'epoch'), longEpoch };
}

function tai64nDraft(atStart: boolean): Draft {
  const framedRegex = frameRegex(TAI64N, { begin: atStart ? 'start' : 'anywhere', end: 'word' });
  return draft(framedRegex, titled('TAI64N', atStart), 'tai64n');
}

function titled(title: string, atStart: boolean): string {
  return atStart && !title.startsWith(LINE_BEGIN_MARK) ? LINE_BEGIN_MARK + title : title;
}

function draft(framedRegex: FramedRegex, name: string, reads: TemplateDraft['reads']): TemplateDraft {
  const { regex, lineBegin, lineEnd } = framedRegex;
  return {
    kind: 'draft',
    name,
    reads,
    regex,
    anchored: lineBegin || lineEnd,
    weight: 1,
    epochGroup: 1,
    longEpoch: false,
  };
}
