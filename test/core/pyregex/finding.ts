import { namedGroups } from '../../../core/pyregex/groups.ts';
import { translate } from '../../../core/pyregex/translate.ts';
import type { TranslateOptions } from '../../../core/pyregex/translation.ts';

/**
 * What the translated pattern finds first: its text and the groups that took part, by name or by
 * number.
 */
export interface Found {
  readonly text: string;
  readonly groups: Readonly<Record<string, string>>;
}

/** A row of a table: what is found, and why that is worth a test. */
export type TextCase = [pattern: string, subject: string, expected: string | undefined, why: string];
export type GroupsCase = [pattern: string, subject: string, expected: Found['groups'] | undefined, why: string];

/** Searches as fail2ban does; throws when the pattern is refused. */
export function find(pattern: string, subject: string, options: TranslateOptions = {}): Found | undefined {
  const translation = translate(pattern, options);
  if (translation.kind === 'refused') {
    throw new Error(`${pattern}: ${translation.diagnostics[0]?.message}`);
  }
  const { regex } = translation;
  const match = new RegExp(regex.source, regex.flags).exec(subject);
  return match === null ? undefined : { text: match[0], groups: namedGroups(regex, match) };
}

/** The text found, or `undefined`. */
export function textFound(pattern: string, subject: string, options: TranslateOptions = {}): string | undefined {
  return find(pattern, subject, options)?.text;
}

/** The groups of a match, unnamed ones by number; `undefined` when nothing is found. */
export function groupsFound(pattern: string, subject: string): Found['groups'] | undefined {
  return find(pattern, subject, { numberedGroups: true })?.groups;
}

/** The generated RegExp source. */
export function sourceOf(pattern: string, options: TranslateOptions = {}): string {
  const translation = translate(pattern, options);
  if (translation.kind === 'refused') {
    throw new Error(`${pattern}: ${translation.diagnostics[0]?.message}`);
  }
  return translation.regex.source;
}

/**
 * Code, message and place (`line:column+length`) of the first diagnostic; `undefined` when the
 * pattern is translated.
 */
export function refusalOf(pattern: string, options: TranslateOptions = {}): [string, string, string] | undefined {
  const translation = translate(pattern, options);
  if (translation.kind === 'translated') {
    return undefined;
  }
  const [diagnostic] = translation.diagnostics;
  const at = diagnostic?.at;
  return [diagnostic?.code ?? '', diagnostic?.message ?? '', at ? `${at.line}:${at.column}+${at.length}` : ''];
}
