import { banKey } from '../../core/match/ban-key.ts';
import { createEvaluator, type LineEvaluator } from '../../core/match/evaluate.ts';
import type { FoundFailure } from '../../core/match/find-failures.ts';
import type { Restorable } from '../../core/match/time-budget.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';

/** A failregex that matched a line. */
export interface RegexMatch {
  /** From 1. */
  readonly failregex: number;
  /**
   * The id that would be banned; hosts as captured. `null`: nothing yet, a later line of the
   * session may supply it.
   */
  readonly id: string | null;
  readonly nofail: boolean;
  readonly groups: Readonly<Record<string, string>>;
}

/** What came of a line (fail2ban/client/fail2banregex.py: testRegex). */
export interface LineVerdict {
  readonly outcome: 'matched' | 'ignored' | 'missed';
  /** Epoch seconds. */
  readonly time: number | null;
  readonly matches: readonly RegexMatch[];
  readonly passedPrefregex: boolean;
  /** Index of the ignoreregex that dropped it. */
  readonly ignoredBy: number | undefined;
  /** Index of the date template that found its date. */
  readonly dateTemplate: number | undefined;
  /** Earlier lines that turned out to belong to this match, of a filter with maxlines over 1. */
  readonly earlierLines: readonly string[];
}

export interface LineJudge extends Restorable {
  judge(text: string): LineVerdict;
}

/** Of a line on which a regex took too long. */
export const GIVEN_UP: LineVerdict = {
  outcome: 'missed',
  time: null,
  matches: [],
  passedPrefregex: false,
  ignoredBy: undefined,
  dateTemplate: undefined,
  earlierLines: [],
};

/**
 * Judges the lines of a log one after the other.
 *
 * @param now epoch seconds: what dates without a year come before
 * @param all every failregex is tried, not only up to the first that matches
 */
export function lineJudge(match: CompiledMatch, now: number, all: boolean): LineJudge {
  const evaluator = createEvaluator(match, now, all);
  let buffer: readonly string[] = [];
  let lastTime: number | null = null;

  /** Mirrors the buffer of the last lines, to find the lines that a match has used. */
  function takeEarlier(text: string, found: readonly FoundFailure[]): readonly string[] {
    if (match.maxlines <= 1) return [];
    const earlier = buffer.slice(-(match.maxlines - 1));
    const taken = new Set(found.flatMap(({ matches }) => matches));
    buffer = [...earlier, text].filter((line) => !taken.has(line));
    return earlier.filter((line) => taken.has(line));
  }

  function judge(text: string): LineVerdict {
    const evaluation = evaluator.evaluate(text);
    lastTime = evaluation.time ?? lastTime;
    const { found, passed, ignoredBy, date } = evaluation;
    return {
      outcome: outcomeOf(evaluation),
      time: lastTime,
      matches: found.map(regexMatch),
      passedPrefregex: passed,
      ignoredBy,
      dateTemplate: date?.template,
      earlierLines: takeEarlier(text, found),
    };
  }

  function snapshot(): () => void {
    const restore = evaluator.snapshot();
    const kept = { buffer, lastTime };
    return () => {
      restore();
      ({ buffer, lastTime } = kept);
    };
  }

  return { judge, snapshot };
}

function outcomeOf({ found, ignoredBy }: ReturnType<LineEvaluator['evaluate']>): LineVerdict['outcome'] {
  if (ignoredBy !== undefined || found.some(({ nofail }) => nofail)) return 'ignored';
  return found.length > 0 ? 'matched' : 'missed';
}

function regexMatch({ regex, groups, nofail }: FoundFailure): RegexMatch {
  return { failregex: regex + 1, id: idOf(groups), nofail, groups };
}

function idOf(groups: FoundFailure['groups']): string | null {
  const key = banKey(groups, 'raw');
  if (key.kind === 'name') return key.name;
  if (key.kind === 'not-an-address') return key.text === '' ? null : key.text;
  return key.id;
}
