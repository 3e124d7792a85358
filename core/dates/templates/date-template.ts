import type { TranslatedRegex } from '../../pyregex/translation.ts';
import type { Scan } from '../scanner/scan.ts';

/** A jail's date templates in the order they are tried, compiled at synth. JSON-serializable. */
export interface DateTemplates {
  readonly templates: readonly DateTemplate[];
  /** Minutes east of UTC for dates that carry no zone (`logtimezone`). */
  readonly defaultZoneMinutes: number;
}

export interface DateTemplate {
  /**
   * The name that `cloudjail regex` prints: `{^LN-BEG}Year-Month-Day …`. Unique among a jail's
   * templates.
   */
  readonly name: string;
  readonly kind: 'strptime' | 'epoch' | 'tai64n' | 'none';
  /** Its source may hold the stand-in for the decades of `%ExY`, see `directives.ts`. */
  readonly regex: TranslatedRegex;
  /**
   * Tied to the start or the end of the line: a match of it is taken without looking at other
   * templates.
   */
  readonly anchored: boolean;
  readonly weight: number;
  /** JS captures of Python's group 1, the text to cut out; the first that took part counts. */
  readonly cut: readonly number[];
  /** Group 1 ends where the match ends, so that its place follows from its length. */
  readonly cutAtEnd: boolean;
  /**
   * Steps that read it without {@link regex}, faster and with the same result; only for patterns
   * that need no backtracking.
   */
  readonly scan?: Scan;
  /** JS captures of the number that an epoch template reads. */
  readonly epoch?: readonly number[];
  /** An epoch template that takes 13 digits for milliseconds and 16 for microseconds. */
  readonly longEpoch?: boolean;
}
