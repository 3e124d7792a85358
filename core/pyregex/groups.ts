import type { TranslatedRegex } from './translation.ts';

/**
 * The text of a Python group, `undefined` when it did not take part; cheap enough for every match.
 */
export function groupValue(
  regex: TranslatedRegex,
  captures: RegExpExecArray | RegExpMatchArray,
  name: string,
): string | undefined {
  if (!Object.hasOwn(regex.groups, name)) {
    return undefined;
  }
  for (const capture of regex.groups[name] ?? []) {
    const text = captures[capture];
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

/** Every named group that took part, by name. */
export function namedGroups(
  regex: TranslatedRegex,
  captures: RegExpExecArray | RegExpMatchArray,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name in regex.groups) {
    const text = groupValue(regex, captures, name);
    if (text !== undefined) {
      values[name] = text;
    }
  }
  return values;
}
