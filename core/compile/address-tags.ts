import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * fail2ban's run-time tags (`<HOST>`, `<F-USER>…</F-USER>`, …) as Python regex text
 * (fail2ban/server/failregex.py: Regex._resolveHostTag).
 */

export interface ExpandOptions {
  /** With `no`, `<HOST>` means an address only. */
  readonly usedns: 'yes' | 'warn' | 'no' | 'raw';
}

export type Expansion =
  | { readonly kind: 'expanded'; readonly pattern: string }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** fail2ban takes any number up to 999 in each place; the address is validated before a ban. */
const IP4 = String.raw`(?P<ip4>\d{1,3}(?:\.\d{1,3}){3})`;
/** An IPv4 address may come mapped into IPv6, in lower case; the prefix is dropped. */
const MAPPED_IP4 = `(?:::f{4,6}:)?${IP4}`;
/**
 * One to seven pieces, each ending in a colon, then a last piece: fail2ban 1.1's idea of IPv6, so
 * `::` and `:1` pass too.
 */
const IP6 = '(?P<ip6>(?:[0-9A-Fa-f]{1,4}:{1,2}|:){1,7}(?:[0-9A-Fa-f]{1,4}|:))';
const DNS = String.raw`(?P<dns>[-.^\w]*\w)`;
const CIDR = String.raw`(?P<cidr>\d+)`;
const ADDRESS = String.raw`\[?(?:${MAPPED_IP4}|${IP6})\]?`;
const HOST = `(?:${ADDRESS}|${DNS})`;
const SUBNET = String.raw`\[?(?:${MAPPED_IP4}|${IP6})(?:/${CIDR})?\]?`;

const FIXED: ReadonlyMap<string, string> = new Map([
  ['IP4', MAPPED_IP4],
  ['F-IP4/', MAPPED_IP4],
  ['IP6', IP6],
  ['F-IP6/', IP6],
  ['ADDR', ADDRESS],
  ['F-ADDR/', ADDRESS],
  ['CIDR', CIDR],
  ['F-CIDR/', CIDR],
  ['SUBNET', SUBNET],
  ['F-SUBNET/', SUBNET],
  ['DNS', DNS],
  ['F-DNS/', DNS],
  ['F-ID/', String.raw`(?P<fid>\S+)`],
  ['F-PORT/', String.raw`(?P<fport>\w+)`],
]);

/** Tags whose group goes by another name. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['ID', 'fid'],
  ['PORT', 'fport'],
]);

/**
 * The failregex, prefregex or ignoreregex as a Python pattern for `translate`. Unknown tags stay as
 * they are, and so does the closing tag of one that was not opened.
 */
export function expandTags(text: string, options: ExpandOptions): Expansion {
  const opened = new Set<string>();
  let skipLines = 0;
  const pattern = text.replace(/<(\/?[\p{L}\p{N}_-]+\/?)>/gu, (tag: string, name: string) => {
    if (name === 'HOST') {
      return options.usedns === 'no' ? ADDRESS : HOST;
    }
    if (name === 'SKIPLINES') {
      return String.raw`\n(?P<skiplines${skipLines++}>(?:.*\n)*?)`;
    }
    return FIXED.get(name) ?? customTag(tag, name, opened);
  });
  if (pattern.trimStart() === '') {
    return {
      kind: 'refused',
      diagnostics: [{ code: 'EMPTY_REGEX', severity: 'error', message: 'the regex is empty' }],
    };
  }
  return { kind: 'expanded', pattern: scopeFlagGroups(pattern) };
}

/** `<F-NAME>` opens a group called `name`, `</F-NAME>` closes it. */
function customTag(tag: string, name: string, opened: Set<string>): string {
  const [, slash = '', group] = /^(\/?)F-([A-Z0-9_-]+)$/.exec(name) ?? [];
  if (group === undefined) {
    return tag;
  }
  if (slash === '/') {
    return opened.has(group) ? ')' : tag;
  }
  opened.add(group);
  return `(?P<${RENAMED.get(group) ?? group.toLowerCase()}>`;
}

/**
 * `((?i)…)` and `(?:(?i)…)` become `(?i:…)`: the flags hold for that group, and a capture is lost
 * (fail2ban/server/failregex.py: R_GLOB2LOCFLAGS).
 */
function scopeFlagGroups(pattern: string): string {
  return pattern.replace(/(?<!\\)\((?:\?:)?(\(\?[a-z]+)\)/g, '$1:');
}

/**
 * Groups of which a failregex, or its prefregex, must have one (fail2ban/server/failregex.py:
 * FAILURE_ID_PRESENTS).
 */
const FAILURE_ID_GROUPS = ['fid', 'ip4', 'ip6', 'dns', 'mlfid'];

/**
 * Whether a match of a failregex can have an id to ban: by the names of its own groups and of its
 * prefregex's.
 */
export function identifiesFailure(
  groups: Readonly<Record<string, unknown>>,
  prefregexGroups: Readonly<Record<string, unknown>> = {},
): boolean {
  return FAILURE_ID_GROUPS.some((name) => Object.hasOwn(groups, name) || Object.hasOwn(prefregexGroups, name));
}
