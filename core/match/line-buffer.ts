import type { GroupReader } from './group-reader.ts';

/** A line as the regexes see it and as it was. */
export interface BufferedLine {
  /** What the regexes see: the line without its date. */
  readonly subject: string;
  /** The line as it came, kept as evidence. */
  readonly text: string;
}

/** Which lines a match took, and which it left or skipped (`<SKIPLINES>`). */
export interface Partition {
  readonly matched: readonly BufferedLine[];
  readonly unmatched: readonly BufferedLine[];
}

/**
 * One subject of several lines. Filters rely on the newline at the end: `$` may stand before it,
 * `\s` may take it.
 */
export function joinLines(lines: readonly BufferedLine[]): string {
  if (lines.length === 1) return `${lines[0]?.subject}\n`;
  let joined = '';
  for (let i = 0; i < lines.length; i++) joined += i === 0 ? lines[i]?.subject : `\n${lines[i]?.subject}`;
  return `${joined}\n`;
}

/**
 * Splits the lines that made a subject by what the match covers: whole lines from the one it starts
 * in to the one it ends in are matched, except those its SKIPLINES groups ran over
 * (fail2ban/server/failregex.py: Regex.search).
 */
export function partition(lines: readonly BufferedLine[], reader: GroupReader, match: RegExpExecArray): Partition {
  if (lines.length <= 1) return { matched: lines, unmatched: [] };
  const subject = match.input;
  const first = countNewlines(subject, startOfLine(subject, match.index));
  const after = countNewlines(subject, endOfLine(subject, match.index + match[0].length));
  const matched = lines.slice(first, after);
  const unmatched = lines.slice(0, first);
  let from = 0;
  for (const skipped of reader.skippedLines(match)) {
    const at = matched.findIndex((line, index) => index >= from && line.subject === skipped);
    if (at < 0) continue;
    unmatched.push(...matched.splice(at, 1));
    from = at;
  }
  return { matched, unmatched: [...unmatched, ...lines.slice(after)] };
}

function startOfLine(subject: string, index: number): number {
  return subject.lastIndexOf('\n', index) + 1;
}

function endOfLine(subject: string, end: number): number {
  // An empty match at the very start counts as one that ends with the subject: Python's index(…,
  // -1) starts at the last character.
  const newline = subject.indexOf('\n', end === 0 ? subject.length - 1 : end - 1);
  return newline < 0 ? subject.length : newline + 1;
}

function countNewlines(subject: string, end: number): number {
  let count = 0;
  for (let at = subject.indexOf('\n'); at >= 0 && at < end; at = subject.indexOf('\n', at + 1)) count++;
  return count;
}
