import type { DateTemplates } from '../dates/templates/date-template.ts';
import { dateAlone } from '../match/date-alone.ts';

/**
 * The CloudWatch agent's `timestamp_format`: how it reads the time of an event from its line
 * (aws/amazon-cloudwatch-agent,
 * translator/translate/logs/logs_collected/files/collect_list/ruleTimestampFormat.go). The agent
 * takes the first text anywhere in a line that has the format, so a format is safe only for lines
 * that begin with their date: after text that an attacker controls, the attacker's date wins.
 */

/**
 * The text of the agent's directives at {@link SAMPLE_TIME}. `%B` is missing because the agent
 * requires 7 letters for it.
 */
const SAMPLE: Readonly<Record<string, string>> = {
  '%Y': '2025',
  '%y': '25',
  '%m': '11',
  '%-m': '11',
  '%d': '21',
  '%-d': '21',
  '%b': 'Nov',
  '%a': 'Fri',
  '%A': 'Friday',
  '%H': '21',
  '%I': '09',
  '%-I': '9',
  '%M': '45',
  '%-M': '45',
  '%S': '36',
  '%-S': '36',
  '%p': 'PM',
  '%f': '000',
  '%z': '+0000',
};
/** Friday, 2025-11-21 21:45:36 UTC. */
const SAMPLE_TIME = 1_763_761_536;

/**
 * fail2ban's directives with the same meaning as the agent's, for programs that write dates in one
 * form.
 */
const EQUIVALENTS: Readonly<Record<string, string>> = {
  Y: '%Y',
  ExY: '%Y',
  y: '%y',
  Exy: '%y',
  m: '%m',
  Exm: '%m',
  d: '%d',
  Exd: '%d',
  b: '%b',
  a: '%a',
  A: '%A',
  H: '%H',
  ExH: '%H',
  I: '%I',
  M: '%M',
  ExM: '%M',
  S: '%S',
  ExS: '%S',
  p: '%p',
  f: '%f',
  z: '%z',
};

export type DerivedFormat =
  | { readonly kind: 'format'; readonly format: string }
  /**
   * The jail accepts dates of many forms; the program that writes the log decides which one occurs.
   */
  | { readonly kind: 'open' }
  /** The jail's dates do not begin the line, or the agent has no directives for them. */
  | { readonly kind: 'none' };

/**
 * The agent's format of the dates that a jail reads.
 *
 * @param datepattern the option's text, each percent sign single; `undefined`: fail2ban's default
 *   templates
 */
export function derivedFormat(datepattern: string | undefined): DerivedFormat {
  const lines = (datepattern ?? '').split('\n').flatMap((line) => line.trim() || []);
  if (lines.length === 0) return { kind: 'open' };
  const [only, ...others] = lines;
  if (lines.every((line) => /^(?:\{\^LN-BEG\}|\{DEFAULT\}|\^\{DATE\})$/i.test(line))) return { kind: 'open' };
  const body = /^(?:\{\^LN-BEG\}|\^)(.+)$/.exec(only ?? '')?.[1];
  if (body === undefined || others.length > 0) return { kind: 'none' };
  const format = translated(body);
  return format === undefined || formatMistake(format) !== undefined ? { kind: 'none' } : { kind: 'format', format };
}

/** `undefined` unless the pattern consists of directives and plain text. */
function translated(pattern: string): string | undefined {
  let format = '';
  for (const [, directive, escaped, plain] of pattern.matchAll(/%(Ex[A-Za-z]|[A-Za-z%])|\\([^A-Za-z0-9])|([\s\S])/g)) {
    if (directive !== undefined) {
      const equivalent = Object.hasOwn(EQUIVALENTS, directive) ? EQUIVALENTS[directive] : undefined;
      if (equivalent === undefined) return undefined;
      format += equivalent;
    } else if (escaped !== undefined) format += escaped;
    else if (plain === undefined || /[\\^$.*+?()[\]{}|%]/.test(plain)) return undefined;
    else format += plain;
  }
  return format;
}

/** Named forms that many programs write. */
export const NAMED_FORMATS: Readonly<Record<string, string>> = {
  syslog: '%b %d %H:%M:%S',
  iso8601: '%Y-%m-%dT%H:%M:%S',
};

/** Why the agent could not read dates with a format; `undefined` when it can. */
export function formatMistake(format: string): string | undefined {
  const directives = directivesOf(format);
  const unknown = directives.find((directive) => !Object.hasOwn(SAMPLE, directive));
  if (unknown !== undefined) return `the agent knows no ${unknown}`;
  const needed = [/%-?d/, /%(?:-?m|b)/, /%H|%-?I/, /%-?M/, /%-?S/];
  return needed.every((one) => one.test(format)) ? undefined : 'it must have day, month, hour, minute and second';
}

/** True when a date carries its zone, so that the server's zone does not matter. */
export function hasZone(format: string): boolean {
  return directivesOf(format).includes('%z');
}

/** A sample date in the format. */
export function sampleDate(format: string): string {
  return format.replace(DIRECTIVE, (directive) => SAMPLE[directive] ?? directive);
}

/**
 * Whether the jail and the agent read the same time from a line that begins with a date of the
 * format.
 */
export function readsSameTime(format: string, dates: DateTemplates): boolean {
  const found = dateAlone(dates)(`${sampleDate(format)} host program[1]: text`, SAMPLE_TIME);
  const east = hasZone(format) ? 0 : dates.defaultZoneMinutes * 60;
  return found?.time !== undefined && Math.trunc(found.time) + east === SAMPLE_TIME;
}

const DIRECTIVE = /%-?[A-Za-z%]/g;

function directivesOf(format: string): readonly string[] {
  return format.match(DIRECTIVE) ?? [];
}
