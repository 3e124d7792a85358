import type { BanStore } from '../ports/ban-store.ts';
import { byTime, type EvidenceLine, eventHash } from '../records/attempt.ts';
import type { Ban, BanKey } from '../records/ban.ts';
import { isRemembered } from './ban-time.ts';
import { type CountingRules, newestLines } from './counting-rules.ts';
import type { BanRequest } from './transitions.ts';

/**
 * A lifted ban's record is kept at least this long, so that an entry left over in a firewall is
 * known to be ours.
 */
const SHORTEST_KEPT = 30 * 86_400;

/** A ban that attempts call for. */
export interface DueBan {
  readonly key: BanKey;
  /** The id's last ban in the jail. */
  readonly record: Ban | undefined;
  /** Epoch seconds. */
  readonly bannedAt: number;
  readonly rules: CountingRules;
}

/** How long the next ban is, from the bans that are remembered when it begins. */
export async function termsOf(
  { key, record, bannedAt, rules }: DueBan,
  bans: Pick<BanStore, 'ofId'>,
): Promise<Pick<BanRequest, 'bantime' | 'earlier' | 'keptFor'>> {
  const counted = (ban: Ban): number => (isRemembered(ban, rules.dbpurgeage, bannedAt) ? ban.banCount : 0);
  const earlier = record ? counted(record) : 0;
  const elsewhere = rules.overalljails ? (await bans.ofId(key.id)).filter((ban) => ban.jail !== key.jail) : [];
  const all = elsewhere.reduce((sum, ban) => sum + counted(ban), earlier);
  // Chance must fall the same way when the batch comes again.
  const luck = Number.parseInt(eventHash(`${key.id} ${key.jail} ${bannedAt}`).slice(-8), 36) / 36 ** 8;
  const bantime = rules.banTime(all, luck);
  return { bantime, earlier, keptFor: Math.max(SHORTEST_KEPT, rules.dbpurgeage, 3 * Math.max(0, bantime)) };
}

/** The last lines of the window that fired, each once, oldest first. */
export function linesBehind(
  bannedAt: number,
  evidence: readonly EvidenceLine[],
  rules: CountingRules,
): readonly string[] {
  const inWindow = evidence.filter(({ time }) => time <= bannedAt && time > bannedAt - rules.findtime);
  const each = new Map(inWindow.sort(byTime).map((line) => [`${line.time}#${line.event}`, line.text]));
  return newestLines([...each.values()], rules);
}
