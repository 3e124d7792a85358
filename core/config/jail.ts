import type { Place } from '../diagnostics/diagnostic.ts';
import type { Acknowledgement } from './acknowledged.ts';
import type { Origin } from './source-text.ts';

/** An option's text with the place it was written at, so that later stages can point there. */
export interface Located<T> {
  readonly value: T;
  readonly at?: Place;
  /**
   * Where each part of a text put together from several places was written; `placeWithin` reads it.
   */
  readonly origins?: readonly Origin[];
}

/** `-1` in `bantime`: the ban has no end. */
export const PERMANENT = -1;

/**
 * The largest `maxretry` whose attempts fit in an item of DynamoDB beside their evidence
 * (core/attempts/bounded-set.ts). A jail with more is an error.
 */
export const LARGEST_MAXRETRY = 1500;

/**
 * The largest `maxbans`: a minute's counts, each of a ban or more, are named in one item
 * (aws/tables/dynamodb-breaker-store.ts).
 */
export const LARGEST_MAXBANS = 30_000;

/**
 * A jail with every option resolved: interpolated, tags of the filter substituted, typed. Times are
 * seconds.
 */
export interface Jail {
  readonly name: string;
  readonly enabled: boolean;
  /**
   * `undefined` when the jail names no filter or it could not be read (a diagnostic reports it).
   */
  readonly filter: Filter | undefined;
  readonly maxretry: number;
  readonly findtime: number;
  /** Seconds, or {@link PERMANENT}. */
  readonly bantime: number;
  readonly maxmatches: number;
  readonly increment: BantimeIncrement;
  readonly ignoreself: boolean;
  /**
   * Words of `ignoreip` as written: addresses, CIDRs, dotted masks, names. Of `first-last` the
   * CIDRs.
   */
  readonly ignoreip: readonly Located<string>[];
  /**
   * cloudjail's own option: CIDRs inside private, documentation and other special-purpose ranges
   * that may be banned all the same (an internal fleet, a test). Empty, the default: none may.
   */
  readonly banreserved: readonly Located<string>[];
  /**
   * cloudjail's own option: attempts of an IPv4 address count for, and ban, the range of this
   * prefix length. 16 to 32, default 32.
   */
  readonly ipv4prefix: number;
  /** The same for IPv6, 32 to 128; default 64, since one host commands a /64 (RFC 6177). */
  readonly ipv6prefix: number;
  /**
   * cloudjail's own option: more new bans than this in a minute stop the jail from banning, until
   * an operator resumes it. 0: never.
   */
  readonly maxbans: number;
  readonly usedns: 'yes' | 'warn' | 'no' | 'raw';
  readonly backend: string;
  readonly logpath: readonly Located<string>[];
  /** cloudjail's own option; empty means: each `logpath` maps to `/cloudjail` + path. */
  readonly loggroup: readonly Located<string>[];
  readonly logencoding: string;
  /**
   * `logtimezone` as written (`UTC+0200`, `CET`, …); `undefined`: UTC, since Lambda has no other
   * zone.
   */
  readonly logtimezone: string | undefined;
  /** One entry an action line: `waf`, `iptables-multiport`, … with its arguments. */
  readonly actions: readonly ActionReference[];
  /** Port and protocol as written in the jail, for targets that can narrow a ban (network-acl). */
  readonly port: string | undefined;
  readonly protocol: string | undefined;
  /** cloudjail's own option `acknowledge`: errors that do not keep the jail from being deployed. */
  readonly acknowledged: readonly Acknowledgement[];
}

export interface BantimeIncrement {
  readonly enabled: boolean;
  /** Expression text, evaluated by `durations.ts`; `undefined`: fail2ban's default formula. */
  readonly formula: string | undefined;
  readonly factor: number;
  readonly multipliers: readonly number[];
  readonly maxtime: number | undefined;
  readonly rndtime: number | undefined;
  readonly overalljails: boolean;
}

export interface ActionReference {
  readonly name: string;
  /**
   * What the operator's action.d/NAME.conf makes of a name that is no action of ours or fail2ban's.
   */
  readonly means?: 'stack';
  readonly args: Readonly<Record<string, string>>;
  readonly at?: Place;
}

/**
 * A filter after includes, interpolation and `<tag>` substitution, with the jail's own overrides
 * applied. Regex texts are Python `re` syntax that may still hold run-time tags (`<HOST>`,
 * `<F-USER>`, …).
 */
export interface Filter {
  readonly name: string;
  readonly prefregex: Located<string> | undefined;
  /** One entry a non-empty line, in order. */
  readonly failregex: readonly Located<string>[];
  readonly ignoreregex: readonly Located<string>[];
  /** 1 when the filter sets none. */
  readonly maxlines: number;
  /**
   * As written, `%%` already reduced to `%`; `undefined`: the default templates. Lines are separate
   * patterns.
   */
  readonly datepattern: Located<string> | undefined;
  readonly logtype: string;
}
