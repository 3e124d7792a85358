/**
 * Encodings by their Python names (`logencoding` is one), with the agent's names for them, which
 * are those of the WHATWG Encoding Standard (golang.org/x/net/html/charset, as in
 * aws/amazon-cloudwatch-agent, plugins/inputs/logfile/fileconfig.go).
 */
const ENCODINGS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(?:latin|l)_?1$|^iso_?8859_?1$|^8859$|^cp819$/, 'iso-8859-1'],
  [/^iso_?8859_?(?:[2-8]|10|13|14|15|16)$/, 'iso-8859-'],
  [/^(?:cp|windows_?)?125[0-8]$/, 'windows-'],
  [/^koi8_[ru]$/, 'koi8-'],
  [/^gbk$|^cp936$/, 'gbk'],
  [/^gb18030$/, 'gb18030'],
  [/^big5$/, 'big5'],
  [/^euc_?jp$/, 'euc-jp'],
  [/^euc_?kr$/, 'euc-kr'],
  [/^(?:shift_?jis|s_?jis)$/, 'shift_jis'],
  [/^utf_?16(?:_?le)?$/, 'utf-16le'],
];

export type AgentEncoding =
  /** The agent's default. */
  { readonly kind: 'utf-8' } | { readonly kind: 'named'; readonly name: string } | { readonly kind: 'unknown' };

/** The agent's name for a `logencoding`. `auto` is the server's locale, which is UTF-8 nowadays. */
export function agentEncoding(logencoding: string): AgentEncoding {
  const name = logencoding.trim().toLowerCase().replace(/[-. ]/g, '_');
  if (/^(?:auto|)$|^utf_?8(?:_sig)?$|^(?:us_)?ascii$/.test(name)) return { kind: 'utf-8' };
  const known = ENCODINGS.find(([pattern]) => pattern.test(name))?.[1];
  if (known === undefined) return { kind: 'unknown' };
  if (!known.endsWith('-')) return { kind: 'named', name: known };
  const last = known === 'koi8-' ? name.slice(-1) : (/\d+$/.exec(name)?.[0] ?? '');
  return { kind: 'named', name: known + last.replace(/^8859/, '') };
}
