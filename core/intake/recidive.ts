import { type BanMade, type CountingPorts, countingRun } from '../bans/count-and-ban.ts';
import type { Clock } from '../ports/clock.ts';
import { eventHash } from '../records/attempt.ts';
import type { MatchingJail } from './matching-jail.ts';

export interface RecidiveCounter {
  /** To be told of each ban; see `CountingPorts.onBan`. */
  onBan(ban: BanMade): Promise<void>;
  /** To be called when the batch is done. */
  settle(): Promise<void>;
}

/**
 * Makes the bans of ordinary jails the attempts of jails with `filter = recidive`: what that filter
 * reads from fail2ban's log, without the log. A ban counts once, however often it is told of;
 * recidive's own bans, manual ones and missed ones do not count.
 */
export function recidiveCounter(
  jails: readonly MatchingJail[],
  ports: CountingPorts & { readonly clock: Clock },
): RecidiveCounter {
  const now = ports.clock.now();
  const recidive = jails
    .filter(({ jail }) => jail.recidive)
    .map(({ jail, rules, exempt }) => ({ jail, exempt, run: countingRun(jail.name, rules, ports, now) }));
  const names = new Set(recidive.map(({ jail }) => jail.name));
  return {
    async onBan(ban) {
      if (names.has(ban.jail)) return;
      const event = eventHash(`${ban.jail} ${ban.id} ${ban.bannedAt}`);
      const attempt = { time: ban.bannedAt, event, text: `[${ban.jail}] Ban ${ban.id}` };
      for (const { jail, exempt, run } of recidive) {
        const found = { key: { jail: jail.name, id: ban.id }, attempts: [attempt] };
        const reason = exempt(ban.id);
        if (reason === undefined) await run.count(found);
        else ports.telemetry.emit({ kind: 'attempts-ignored', ...found.key, attempts: 1, reason });
      }
    },
    async settle() {
      for (const { run } of recidive) await run.settle();
    },
  };
}
