/**
 * UTF-16 units of a line that are matched. A guard: no failregex needs more, and what a regex may
 * take on a line grows with it.
 */
export const LONGEST_LINE = 16_384;

export function cutLine(text: string): string {
  return text.length > LONGEST_LINE ? text.slice(0, LONGEST_LINE) : text;
}
