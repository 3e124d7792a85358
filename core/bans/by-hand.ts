import { PERMANENT } from '../config/jail.ts';
import { contains, formatCidr, parseCidr } from '../net/address.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { tooWide } from '../protect/never-banned.ts';
import type { Ban, BanKey } from '../records/ban.ts';
import { reportTransition } from './report-transition.ts';
import { type BanRequest, banned, lifted } from './transitions.ts';

export interface HandPorts {
  readonly bans: BanStore;
  readonly telemetry: Telemetry;
}

export type HandBan =
  | { readonly kind: 'banned' | 'prolonged' | 'unchanged'; readonly ban: Ban }
  | { readonly kind: 'refused'; readonly reason: string };

/** A lifted ban's record is kept this long. */
const KEPT_FOR = 30 * 86_400;

/**
 * What `fail2ban-client set JAIL banip` does: bans an address, a range or any other id from `now`
 * on. Not checked against ignoreip, as in fail2ban (fail2ban/server/actions.py: addBannedIP); but a
 * range wider than any log may have banned is refused.
 *
 * @param bantime seconds, or -1: permanent
 */
export async function banByHand(
  id: string,
  jail: string,
  bantime: number,
  ports: HandPorts,
  now: number,
): Promise<HandBan> {
  const range = parseCidr(id);
  const reason = range && tooWide(range);
  if (reason !== undefined) return { kind: 'refused', reason };
  const key: BanKey = { id: range ? formatCidr(range) : id, jail };
  const bannedAt = Math.floor(now);
  for (;;) {
    const record = await ports.bans.read(key);
    const request: BanRequest = {
      bannedAt,
      bantime,
      attempts: 0,
      origin: 'manual',
      evidence: [],
      earlier: record?.banCount ?? 0,
      keptFor: Math.max(KEPT_FOR, bantime === PERMANENT ? 0 : 3 * bantime),
    };
    const transition = banned(key, record, request, bannedAt);
    if (transition.kind === 'missed') return { kind: 'refused', reason: `a ban of ${bantime} s would be over already` };
    if (transition.kind === 'unchanged') return transition;
    if ((await ports.bans.write(transition.ban)) === 'conflict') continue;
    reportTransition(transition, ports.telemetry);
    return { kind: transition.kind, ban: transition.ban };
  }
}

/**
 * What `unbanip` does: lifts the ban of an id, and of every single address in it where it is a
 * range, in one jail or in all. Their history is forgotten, so that `bantime.increment` starts anew
 * (fail2ban/server/actions.py: removeBannedIP).
 *
 * @returns the bans lifted, as they now are
 */
export async function unbanByHand(
  id: string,
  jail: string | undefined,
  ports: HandPorts,
  now: number,
): Promise<readonly Ban[]> {
  const done: Ban[] = [];
  for (const key of await bannedWithin(id, jail, ports.bans)) {
    const ban = await liftNow(key, ports, now);
    if (ban) done.push(ban);
  }
  return done;
}

async function bannedWithin(id: string, jail: string | undefined, bans: BanStore): Promise<readonly BanKey[]> {
  const range = parseCidr(id);
  const name = range ? formatCidr(range) : id;
  const keys: BanKey[] = (await bans.ofId(name)).filter((ban) => ban.state === 'active');
  if (range && name.includes('/')) {
    for await (const page of bans.active()) {
      keys.push(
        ...page.filter((ban) => {
          const inner = ban.id === name ? undefined : parseCidr(ban.id);
          return inner !== undefined && contains(range, inner);
        }),
      );
    }
  }
  return keys.filter((key) => jail === undefined || key.jail === jail);
}

async function liftNow(key: BanKey, ports: HandPorts, now: number): Promise<Ban | undefined> {
  for (;;) {
    const record = await ports.bans.read(key);
    if (record?.state !== 'active') return undefined;
    const ban = liftedByHand(record, now);
    if ((await ports.bans.write(ban)) === 'conflict') continue;
    ports.telemetry.emit({ kind: 'ban-lifted', ban });
    return ban;
  }
}

/** The record once an operator has lifted its ban: earlier ones are forgotten with it. */
export function liftedByHand(record: Ban, now: number): Ban {
  return { ...lifted(record, Math.floor(now)), banCount: 0 };
}
