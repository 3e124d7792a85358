import type { ActionReference, BantimeIncrement } from '../config/jail.ts';
import type { DateTemplates } from '../dates/templates/date-template.ts';
import type { TranslatedRegex } from '../pyregex/translation.ts';

/** Raised whenever an older matcher could misread a newer file; the matcher refuses any other. */
export const COMPILED_FORMAT = 1;

/** The operator's configuration for the Lambda functions: one JSON file, written at synth. */
export interface CompiledJails {
  readonly format: typeof COMPILED_FORMAT;
  readonly jails: readonly CompiledJail[];
}

/** An enabled jail, ready to match. JSON-serializable. */
export interface CompiledJail {
  readonly name: string;
  /** Log groups it reads, by name. */
  readonly loggroups: readonly string[];
  /** Prefixes of further log groups that it reads, including those created later; absent: none. */
  readonly logGroupPrefixes?: readonly string[];
  /**
   * True for a jail with `filter = recidive`: the bans of other jails are its attempts, straight
   * from the matcher. It reads a log group only where `loggroup` names one, with the log of
   * fail2ban servers.
   */
  readonly recidive: boolean;
  readonly maxretry: number;
  readonly findtime: number;
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  readonly maxmatches: number;
  readonly increment: BantimeIncrement;
  /** Seconds for which past bans lengthen the next (fail2ban.conf). */
  readonly dbpurgeage: number;
  readonly ignoreself: boolean;
  readonly ignoreip: readonly string[];
  /** Ranges that no jail may ban, from the stack's settings; the same in every jail. */
  readonly neverBan?: readonly string[];
  /** See `Jail` in core/config/jail.ts for these three. */
  readonly banreserved: readonly string[];
  readonly ipv4prefix: number;
  readonly ipv6prefix: number;
  readonly maxbans: number;
  readonly actions: readonly ActionReference[];
  readonly port: string | undefined;
  readonly protocol: string | undefined;
  readonly match: CompiledMatch;
}

/** The matching half of a jail. */
export interface CompiledMatch {
  /**
   * RegExp source of the prefilter, tested against the whole raw line; `undefined`: every line
   * passes.
   */
  readonly prefilter: { readonly source: string; readonly flags: string } | undefined;
  /** The literals the prefilter is made of; empty when there is no sound set. */
  readonly literals: readonly PrefilterLiteral[];
  /**
   * Terms for a subscription pattern: every line that may match has one of these, as text and as
   * whole words. Printable ASCII without `"`, `\\` and `%`; absent when there is no such set.
   */
  readonly patternTerms?: readonly string[];
  readonly prefregex: TranslatedRegex | undefined;
  readonly failregex: readonly TranslatedRegex[];
  /**
   * For each failregex the ASCII characters with which a matching text may begin, `''`: any. Most
   * failregexes need not be tried with it; without it all are tried.
   */
  readonly firstCharacters?: readonly string[];
  readonly ignoreregex: readonly TranslatedRegex[];
  readonly maxlines: number;
  /** `undefined`: lines carry no date (journal form); the event's time is the time. */
  readonly dates: DateTemplates | undefined;
  readonly usedns: 'yes' | 'warn' | 'no' | 'raw';
}

export interface PrefilterLiteral {
  /** Printable ASCII without `"` and `\`. */
  readonly text: string;
  readonly ignoreCase: boolean;
  /** RegExp source that finds it as Python's re would. */
  readonly source: string;
}
