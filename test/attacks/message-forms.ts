/**
 * Messages of daemons, a filter's each, as their format strings have them: `{A}` is the address of
 * the client, and the other fields are what a client can write, with what the daemon does to it:
 *
 * - `{raw}` anything on one line: blanks, quotes, brackets, control characters
 * - `{name}` cut at the first colon (sshd: the login style; nginx: the password)
 * - `{sip}` a SIP address as pjsip prints it: a quoted display name, then a plain URI
 *
 * Messages that no failregex is for are there too, since a client's words in them may look like one
 * that counts. Written after each daemon's own source and logs; docs/forgery.md argues the fields.
 */
export interface DaemonMessages {
  readonly filter: string;
  /** Arguments to read them with, one entry a reading. */
  readonly variants: readonly string[];
  readonly messages: readonly string[];
}

/** Messages that begin alike. */
export const at = (prefix: string, messages: readonly string[]): readonly string[] =>
  messages.map((one) => prefix + one);

export const SYSLOG = 'Nov 21 22:20:06 server ';
