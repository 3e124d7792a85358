import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { canonicalAddress, parseCidr } from '../net/address.ts';
import { hostName } from '../net/host-name.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { Jail, Located } from './jail.ts';

/** True for an address, a CIDR, or an IPv4 address with a dotted mask. */
export function isRange(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/** What in `ignoreip` protects less than it seems to. */
export function checkIgnoreip({ jail, values }: CheckedJail): void {
  const ids = bansIds(jail);
  for (const word of jail.ignoreip) {
    const diagnostic = complaint(word, ids);
    if (diagnostic !== undefined) values.report(diagnostic, word.at);
  }
  for (const { value, at } of jail.banreserved) {
    if (isRange(value)) continue;
    const message = `banreserved: "${value}" is neither an address nor a range`;
    values.report({ code: 'BAD_RANGE', severity: 'error', message, help: spelling(value) ?? RANGES }, at);
  }
}

/** A filter with an F-ID may ban user names, so any word of `ignoreip` may be one. */
function bansIds({ filter }: Jail): boolean {
  const regexes = [...(filter?.failregex ?? []), ...(filter?.prefregex ? [filter.prefregex] : [])];
  return regexes.some(({ value }) => /<F-ID\/?>|\(\?P<fid>/.test(value));
}

function complaint({ value }: Located<string>, ids: boolean): Diagnostic | undefined {
  if (isRange(value)) return undefined;
  if (value.startsWith('file:')) {
    return {
      code: 'IGNOREIP_FILE',
      severity: 'error',
      message: `ignoreip: ${value} is not read, so its addresses are banned: the file would be on a server`,
      help: 'list its addresses in ignoreip',
    };
  }
  const meant = spelling(value);
  if (meant !== undefined) return sparesNone(value, meant);
  if (hostName(value) !== undefined) return lookedUp(value);
  // Its addresses are reserved ranges, which no jail bans.
  if (ids || value.toLowerCase() === 'localhost') return undefined;
  return sparesNone(value, `write a host name with its domain, as in ${plain(value)}.example.com, or its addresses`);
}

function sparesNone(word: string, help: string): Diagnostic {
  return { code: 'BAD_RANGE', severity: 'error', message: `ignoreip: "${word}" spares no address`, help };
}

function lookedUp(name: string): Diagnostic {
  return {
    code: 'IGNOREIP_NAME',
    severity: 'info',
    message:
      `ignoreip: the deployed functions look up the name ${name}; a run on this machine spares none of ` +
      'its addresses',
    help: 'if its addresses do not change, list them instead',
  };
}

const RANGES = 'write an address, or a range such as 192.0.2.0/24 or 2001:db8::/32';

/** How to write what a word means that looks like an address; `undefined` for one that does not. */
function spelling(word: string): string | undefined {
  const bare = plain(word);
  if (/^#/.test(word)) return 'an inline comment begins with a semicolon and a blank before it';
  if (bare !== word && (isRange(bare) || hostName(bare) !== undefined)) return `write ${bare}`;
  const start = /^(\d{1,3}(?:\.\d{1,3}){0,2})(?:\.\*|\.)*$/.exec(word)?.[1]?.split('.');
  const whole = start && [...start, '0', '0', '0'].slice(0, 4).join('.');
  if (whole !== undefined && start !== undefined && isRange(whole)) return `write ${whole}/${start.length * 8}`;
  const short = /^([\da-f:]+)\/(\d+)$/i.exec(word);
  const completed = short && `${short[1]}::/${short[2]}`;
  if (completed && word.search(/[a-f:]/i) >= 0 && isRange(completed)) return `write ${completed}`;
  const addressLike = /^[\d.*]+(?:[/-]|$)|^[\da-f:]*:[\da-f:]*(?:[/-]|$)/i.test(word);
  return addressLike || word === '-' ? RANGES : undefined;
}

/** Without what stands around an address or name: quotes, brackets, scheme and path, port, zone. */
function plain(word: string): string {
  const unquoted = word.replace(/^["'“”„‟″«‘’‚‛′`]+|["'“”„‟″»‘’‚‛′`;]+$/g, '');
  const inUrl = /^[a-z][a-z+.-]*:\/\/(?:[^/@]*@)?([^/]+)/i.exec(unquoted)?.[1] ?? unquoted;
  const host = /^\[([^\]]+)\](?::\d+)?$/.exec(inUrl)?.[1] ?? /^([^:]+):\d+$/.exec(inUrl)?.[1] ?? inUrl;
  const withoutZone = host.replace(/%.*$/, '');
  return canonicalAddress(withoutZone) ?? withoutZone;
}
