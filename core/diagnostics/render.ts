import type { Diagnostic, Place } from './diagnostic.ts';

/** Columns of source shown at most; a longer line is cut around the caret. */
const SOURCE_WIDTH = 96;
const HELP_WIDTH = 100;

/**
 * A diagnostic as plain text of several lines, without a final newline: what is wrong, where, the
 * source line with carets under the offending part, and what to do. Control characters of the
 * operator's text never reach the terminal.
 *
 * @param sourceLine the line at `diagnostic.at`, without its line end; without it only the place is
 *   printed
 */
export function renderDiagnostic(diagnostic: Diagnostic, sourceLine?: string): string {
  const { severity, code, message, at, help } = diagnostic;
  const gutter = at === undefined ? '' : ' '.repeat(String(at.line).length);
  const lines = [`${severity}[${code}]: ${visible(message)}`];
  if (at !== undefined) lines.push(`${gutter}--> ${visible(at.file)}:${at.line}:${at.column}`);
  if (at !== undefined && sourceLine !== undefined) {
    const { shown, carets } = excerpt(sourceLine, at);
    lines.push(`${gutter} |`, `${at.line} | ${shown}`.trimEnd(), `${gutter} | ${carets}`);
    if (help !== undefined) lines.push(`${gutter} |`);
  }
  if (help !== undefined) lines.push(...wrapped(`${gutter} = help: `, visible(help)));
  return lines.join('\n');
}

/** The line as it is drawn, one column a character, and the carets under it. */
function excerpt(line: string, at: Place): { readonly shown: string; readonly carets: string } {
  const before = [...line.slice(0, at.column - 1)];
  const marked = [...line.slice(at.column - 1, at.column - 1 + at.length)];
  const characters = [...line].map(oneColumn);
  const from = before.length;
  const to = Math.max(from + 1, from + marked.length);
  const window = windowAround(characters.length, from, to);
  const shown = characters.slice(window.start, window.end);
  if (window.start > 0) shown[0] = '…';
  if (window.end < characters.length) shown[shown.length - 1] = '…';
  const length = Math.max(1, Math.min(to, window.end) - from);
  return { shown: shown.join(''), carets: ' '.repeat(from - window.start) + '^'.repeat(length) };
}

/** Which characters are shown: everything if it fits, else a part with the marked text in it. */
function windowAround(length: number, from: number, to: number): { readonly start: number; readonly end: number } {
  if (length <= SOURCE_WIDTH) return { start: 0, end: length };
  const lead = Math.max(8, Math.floor((SOURCE_WIDTH - (to - from)) / 2));
  const start = Math.max(0, Math.min(from - lead, length - SOURCE_WIDTH));
  return { start, end: start + SOURCE_WIDTH };
}

function oneColumn(character: string): string {
  return character === '\t' ? ' ' : visible(character);
}

/**
 * Newlines become blanks, other control characters (and those that turn the writing direction) the
 * replacement character.
 */
function visible(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

function wrapped(lead: string, text: string): string[] {
  const lines: string[] = [];
  let line = lead;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > HELP_WIDTH) {
      lines.push(line);
      line = ' '.repeat(lead.length);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
