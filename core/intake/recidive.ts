import { eachAtOnce } from '../at-once.ts';
import type { BanMade } from '../bans/count-and-ban.ts';
import { eventHash } from '../records/attempt.ts';
import { type DeliveryCounting, JailCounting } from './jail-counting.ts';
import type { MatchingJail } from './matching-jail.ts';

export interface RecidiveCounter {
  /** To be called for each ban; see `Counting.onBan`. */
  onBan(ban: BanMade): Promise<void>;
  /** To be called when the batch is done. */
  settle(): Promise<void>;
}

/**
 * Makes the bans of ordinary jails the attempts of jails with `filter = recidive`: what that filter
 * reads from fail2ban's log, without the log. A ban counts once, however often it is reported here;
 * recidive's own bans, manual ones and missed ones do not count.
 */
export function recidiveCounter(jails: readonly MatchingJail[], delivery: DeliveryCounting): RecidiveCounter {
  const recidive = jails
    .filter(({ jail }) => jail.recidive)
    .map((one) => ({ name: one.jail.name, counting: new JailCounting(one, delivery) }));
  const names = new Set(recidive.map(({ name }) => name));
  return {
    async onBan({ id, jail, bannedAt }) {
      if (names.has(jail)) return;
      const attempt = {
        time: bannedAt,
        event: eventHash(`${jail} ${id} ${bannedAt}`),
        text: `[${jail}] Ban ${id}`,
      };
      const count = ({ name, counting }: (typeof recidive)[number]): Promise<void> =>
        counting.count({ key: { jail: name, id }, attempts: [attempt] });
      await eachAtOnce(recidive, count, { atOnce: 1 });
    },
    async settle() {
      await eachAtOnce(recidive, ({ counting }) => counting.settle(), { atOnce: 1 });
    },
  };
}
