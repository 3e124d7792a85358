import type { TranslatedRegex } from '../pyregex/translation.ts';

/** A jail's date templates in the order they are tried, compiled at synth. JSON-serialisable. */
export interface DateTemplates {
  readonly templates: readonly DateTemplate[];
  /** Minutes east of UTC for dates that carry no zone (`logtimezone`). */
  readonly defaultZoneMinutes: number;
}

export interface DateTemplate {
  /** What `cloudjail regex` prints: `{^LN-BEG}Year-Month-Day …`. */
  readonly name: string;
  readonly kind: 'strptime' | 'epoch' | 'tai64n' | 'none';
  readonly regex: TranslatedRegex;
  readonly anchored: boolean;
  readonly weight: number;
}

/** A date found in a line. */
export interface FoundDate {
  /** Epoch seconds; whole, except for epoch templates. */
  readonly time: number;
  /** The text to cut out of the line: UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Index into {@link DateTemplates.templates}. */
  readonly template: number;
}
