/**
 * What CloudWatch may take for a word; its documentation leaves that open. Blanks, brackets, quotes
 * and list marks end one in every reading.
 */
const WORDS = [/[^\s\x1c-\x1f\x85()[\]{}<>",;=]+/g, /[A-Za-z0-9]+/g, /\w+/g];

/**
 * The terms of a subscription filter pattern of quoted terms; none for the empty one, which lets
 * everything through.
 */
export function termsOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(/"([^"]*)"/g)].map(([, term]) => term ?? '');
}

/**
 * The readings of a pattern of such terms under which a line does not get through, in words; empty
 * for a sound one.
 */
export function keptOutBy(terms: readonly string[], line: string): readonly string[] {
  if (terms.length === 0) return [];
  const out = terms.some((term) => line.includes(term)) ? [] : ['as a text'];
  const unread = WORDS.filter((word) => {
    const text = phrase(line, word);
    return !terms.some((term) => text.includes(phrase(term, word)));
  });
  return [...out, ...unread.map(String)];
}

function phrase(text: string, word: RegExp): string {
  return ` ${(text.match(word) ?? []).join(' ')} `;
}
