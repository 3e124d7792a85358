import type { InspectedJail, InspectedRegex } from '../../core/forgery/inspected-jail.ts';
import { EVENT_TIME, layouts } from '../../core/forgery/log-lines.ts';
import { seededRandom } from '../../core/forgery/random.ts';
import { textOf } from '../../core/forgery/sampled-text.ts';
import { aroundContent, plainness, type Sampling, sampleSubject } from '../../core/forgery/subjects.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { Attack } from './analysis.ts';
import { attackText } from './attack-text.ts';

/** A text that a regex takes too long on, timed. */
export interface SlowText {
  readonly exponential: boolean;
  readonly rounds: number;
  readonly characters: number;
  /**
   * A log line with that text that keeps the jail's whole matcher as long; `undefined` when none
   * was found that gets to the regex.
   */
  readonly line: string | undefined;
}

/** Milliseconds that are too long: twice what the matcher gives a line. */
export const TOO_LONG_MS = 200;
/**
 * A search that takes time with the square of a line's length is through with such a line long
 * before.
 */
const LONGEST_TEXT = 4_096;
const FIRST_ROUNDS = 4;
/** With more a time that doubles with each has long become too long. */
export const MOST_EXPONENTIAL_ROUNDS = 70;
const GROWTH = 1.5;
/**
 * Half as many rounds more take up to this many times longer where time grows with the fourth
 * power.
 */
const STEEPEST_POWER = 6;
const PATIENCE = [1, 1.25, 2.5, 5];
const SAMPLES = 4;
/** Lines that are tried, each no longer than is too long. */
const MOST_LINES = 24;
const ADDRESSES = { ipv4: '192.0.2.10', ipv6: '2001:db8::10' };

/**
 * Runs the regex on the attack with ever more rounds until it takes too long, and then the jail's
 * matcher on log lines that hold the same text. `undefined`: it stays quick, so the suspicion was
 * wrong of this regex, or of this engine.
 *
 * @param most rounds
 */
export function findSlowText(
  jail: InspectedJail,
  regex: InspectedRegex,
  attack: Attack,
  watch: Watch,
  most = LONGEST_TEXT,
): SlowText | undefined {
  const search = new RegExp(regex.translated.source, regex.translated.flags);
  let before = 1;
  for (let rounds = FIRST_ROUNDS; rounds <= most; rounds = Math.ceil(rounds * GROWTH)) {
    const text = attackText(attack, rounds);
    if (text.length > LONGEST_TEXT) return undefined;
    // A text of more lines than the jail looks at is no text of its log.
    if (text.split('\n').length > jail.match.maxlines) return undefined;
    const run = (): unknown => search.exec(`${text}\n`);
    const started = performance.now();
    if (takesTooLong(run, watch)) {
      const exponential = attack.exponential && expiry(run, Math.ceil(STEEPEST_POWER * before), watch) !== undefined;
      return { exponential, rounds, characters: text.length, line: slowLine(jail, regex, text, watch) };
    }
    before = performance.now() - started;
  }
  return undefined;
}

function slowLine(jail: InspectedJail, regex: InspectedRegex, text: string, watch: Watch): string | undefined {
  const forms = layouts(jail.match.dates);
  const tried = new Set<string>();
  for (const subject of subjectsWith(jail, regex, text)) {
    for (const form of forms) {
      const line = form(subject);
      if (tried.has(line)) continue;
      if (tried.size === MOST_LINES) return undefined;
      tried.add(line);
      if (takesTooLong(() => feed(jail, line), watch)) return line;
    }
  }
  return undefined;
}

function feed({ match }: InspectedJail, text: string): void {
  createLineMatcher(match, { clock: 'event' }).feed({ text, eventTime: EVENT_TIME, eventId: 'check' });
}

/**
 * The text alone and with what else a line needs to get to the regex: what prefregex wants, and the
 * words of the prefilter.
 */
function* subjectsWith(jail: InspectedJail, regex: InspectedRegex, text: string): Generator<string> {
  const failregex = regex.option === 'failregex' ? regex : jail.failregex[0];
  const words = jail.match.literals.map((literal) => literal.text).join(' ');
  const random = seededRandom(1);
  for (let attempt = 0; attempt < SAMPLES; attempt++) {
    const sampling: Sampling = { addresses: ADDRESSES, random, plain: plainness(attempt), open: false };
    const around = (content: string): string => {
      const pieces = regex.option === 'failregex' ? aroundContent(jail, [{ text: content }], sampling) : undefined;
      return pieces ? textOf(pieces) : content;
    };
    const honest = failregex && textOf(sampleSubject(withoutPrefregex(jail, regex), failregex, sampling) ?? []);
    yield around(text);
    yield around(`${text} ${honest}`);
    yield around(`${text} ${words}`);
    if (regex.option === 'ignoreregex') yield `${honest} ${text}`;
  }
}

/** What a failregex sees is put into what prefregex wants afterward. */
function withoutPrefregex(jail: InspectedJail, { option }: InspectedRegex): InspectedJail {
  return option === 'failregex' ? { ...jail, prefregex: undefined } : jail;
}

/**
 * On a busy machine everything takes long by the clock: what does is run again, with more patience,
 * by the processor's time.
 */
function takesTooLong(work: () => unknown, watch: Watch): boolean {
  for (const patience of PATIENCE) {
    const cpuMs = expiry(work, patience * TOO_LONG_MS, watch);
    if (cpuMs === undefined || cpuMs >= TOO_LONG_MS) return cpuMs !== undefined;
  }
  return false;
}

/** Milliseconds of the processor until it was stopped; `undefined`: it ended by itself. */
function expiry(work: () => unknown, ms: number, watch: Watch): number | undefined {
  try {
    const outcome = watch(work, ms);
    return outcome.kind === 'expired' ? outcome.cpuMs : undefined;
  } catch (error) {
    // V8 throws it when backtracking outgrows its stack: the matcher gives such a line up at once.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
