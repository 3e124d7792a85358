/**
 * Names the first capture groups of a Python regex, so that they can be found after the translation
 * has renumbered them.
 */

export interface NamedGroups {
  /** The regex with a name on each of the first groups. */
  readonly regex: string;
  readonly names: readonly string[];
  /** What follows the first group's closing parenthesis. */
  readonly tail: string;
}

interface Group {
  readonly open: number;
  close: number;
  readonly name: string | undefined;
}

const PYTHON_NAME = /^\(\?P<([^>]*)>/;

/**
 * Gives names to the first `count` capture groups, or fewer where there are fewer; groups with a
 * name keep it.
 */
export function nameFirstGroups(regex: string, count: number): NamedGroups {
  const groups = captureGroups(regex).slice(0, count);
  const first = groups[0];
  const names = groups.map((group, index) => group.name ?? `cloudjail_${index + 1}`);
  let named = regex;
  for (let index = groups.length - 1; index >= 0; index -= 1) {
    const group = groups[index];
    if (group === undefined || group.name !== undefined) continue;
    named = `${named.slice(0, group.open + 1)}?P<${names[index]}>${named.slice(group.open + 1)}`;
  }
  return { regex: named, names, tail: first === undefined ? regex : regex.slice(first.close + 1) };
}

/** Capture groups in the order of their opening parentheses. */
function captureGroups(regex: string): Group[] {
  const groups: Group[] = [];
  const open: (Group | undefined)[] = [];
  for (let index = 0; index < regex.length; index += 1) {
    const character = regex.charAt(index);
    if (character === '\\') index += 1;
    else if (character === '[') index = endOfSet(regex, index);
    else if (character === ')') {
      const group = open.pop();
      if (group !== undefined) group.close = index;
    } else if (character === '(') {
      const name = PYTHON_NAME.exec(regex.slice(index))?.[1];
      const captures = name !== undefined || regex.charAt(index + 1) !== '?';
      const group = captures ? { open: index, close: regex.length, name } : undefined;
      if (group !== undefined) groups.push(group);
      open.push(group);
    }
  }
  return groups;
}

/**
 * The index of the bracket that closes a character set; one right behind the opening is a plain
 * character.
 */
function endOfSet(regex: string, open: number): number {
  let index = open + 1;
  if (regex.charAt(index) === '^') index += 1;
  if (regex.charAt(index) === ']') index += 1;
  while (index < regex.length && regex.charAt(index) !== ']') index += regex.charAt(index) === '\\' ? 2 : 1;
  return index;
}
