import { banId } from '../../core/bans/ban-id.ts';
import { type Cidr, formatCidr, parseCidr } from '../../core/net/address.ts';
import { tooWide } from '../../core/protect/never-banned.ts';
import { usageError } from '../command-error.ts';

/** The id that an operator wants banned, unbanned or looked up. */
export interface TypedId {
  readonly typed: string;
  /** The canonical address or range; the text itself where it is neither. */
  readonly id: string;
  /** `undefined`: the text of an F-ID. */
  readonly range: Cidr | undefined;
  /** True for an address without a prefix. */
  readonly single: boolean;
}

type Prefixes = { readonly ipv4prefix: number; readonly ipv6prefix: number };

export function typedId(typed: string): TypedId {
  const range = parseCidr(typed);
  const single = range !== undefined && !typed.includes('/');
  return { typed, id: range ? formatCidr(range) : typed, range, single };
}

/**
 * The id that is meant in a jail: an address counts as the jail counts it, an IPv6 one as its /64
 * by default. With a prefix of its own, `2001:db8::1/128`, it is taken literally.
 */
export function idIn(jail: Prefixes, { id, single }: TypedId): string {
  return single ? banId(id, jail) : id;
}

/** @throws {CommandError} naming every word that may not be banned */
export function bannableIds(words: readonly string[]): readonly TypedId[] {
  const ids = words.map(typedId);
  const complaints = ids.flatMap(({ typed, range }) => {
    if (range === undefined) return `"${typed}" is neither an address nor a range`;
    const reason = tooWide(range);
    return reason === undefined ? [] : `${typed} is ${reason}: that is too wide for a ban`;
  });
  if (complaints.length === 0) return ids;
  const help = 'write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/64; names of hosts are not resolved';
  throw usageError(`${complaints.join('\n')}\nnothing was banned\n  help: ${help}`);
}
