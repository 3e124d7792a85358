/**
 * Dots and a last label of letters: a host name, rather than a user or session id that a filter may
 * ban.
 */
const HOST_NAME = /^(?=.*\.)[\w.-]+\.(?:[a-z]{2,}|xn--[\da-z-]+)\.?$/i;

/**
 * The word as a host name, in the one form by which it is known (lower case, no final dot);
 * `undefined` when it is none.
 */
export function hostName(word: string): string | undefined {
  return HOST_NAME.test(word) ? word.toLowerCase().replace(/\.$/, '') : undefined;
}
