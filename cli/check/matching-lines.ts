import type { InspectedJail, InspectedRegex } from '../../core/forgery/inspected-jail.ts';
import { EVENT_TIME, layouts } from '../../core/forgery/log-lines.ts';
import { seededRandom } from '../../core/forgery/random.ts';
import { textOf } from '../../core/forgery/sampled-text.ts';
import { plainness, sampleSubject } from '../../core/forgery/subjects.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';

/** Milliseconds for one failregex: most take a few. */
const LONGEST_SEARCH_MS = 2_000;
const ATTEMPTS = 32;
/** Of one failregex: the branches of most are seen in so many. */
const MOST_LINES = 8;
const ADDRESSES = { ipv4: '192.0.2.10', ipv6: '2001:db8::10' };

/**
 * Log lines that one failregex of the jail matches, made up from the regex; none when none of those
 * made up does.
 */
export function matchingLines(jail: InspectedJail, regex: InspectedRegex, watch: Watch): readonly string[] {
  const lines = new Set<string>();
  // What was found until then is good, if time is over before all is.
  watch(() => search(jail, regex, lines), LONGEST_SEARCH_MS);
  return [...lines];
}

function search(jail: InspectedJail, regex: InspectedRegex, lines: Set<string>): void {
  const random = seededRandom(1);
  const matters = lineJudge({ ...jail.match, failregex: [regex.translated] });
  const forms = layouts(jail.match.dates);
  for (let attempt = 0; attempt < ATTEMPTS && lines.size < MOST_LINES; attempt++) {
    const sampling = { addresses: ADDRESSES, random, plain: plainness(attempt), open: false };
    const pieces = sampleSubject(jail, regex, sampling);
    if (!pieces) continue;
    const line = forms.map((form) => form(textOf(pieces))).find((text) => isSendable(text) && matters(text));
    if (line !== undefined) lines.add(line);
  }
}

/**
 * Whether a line matters to a jail: one of its failregexes matches it, be it one of F-NOFAIL or of
 * a session. Asks the whole matcher, but not the prefilter, whose literals the subscription pattern
 * is made of.
 */
export function lineJudge({ firstCharacters: _, ...match }: CompiledMatch): (line: string) => boolean {
  const bare: CompiledMatch = { ...match, prefilter: undefined, literals: [] };
  return (text) => {
    const matcher = createLineMatcher(bare, { clock: 'event' });
    matcher.feed({ text, eventTime: EVENT_TIME, eventId: 'check' });
    return matcher.stirred() > 0;
  };
}

/** One line of text that comes back from CloudWatch as it was sent. */
export function isSendable(line: string): boolean {
  return line !== '' && !CONTROLS.test(line);
}

const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufffd]/;
