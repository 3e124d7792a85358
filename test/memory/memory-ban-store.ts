import type { BanStore } from '../../core/ports/ban-store.ts';
import { type Ban, type BanKey, isDue } from '../../core/records/ban.ts';
import { fitting } from './item-limit.ts';

/** BanStore in memory, for replays and tests. */
export function memoryBanStore(): BanStore {
  const ids = new Map<string, Map<string, Ban>>();
  const all = (): Ban[] => [...ids.values()].flatMap((jails) => [...jails.values()]);
  const find = (key: BanKey): Ban | undefined => ids.get(key.id)?.get(key.jail);
  return {
    async read(key) {
      return find(key);
    },
    async write(ban) {
      if ((find(ban)?.version ?? 0) !== ban.version - 1) return 'conflict';
      const jails = ids.get(ban.id) ?? new Map<string, Ban>();
      ids.set(ban.id, jails.set(ban.jail, fitting(ban)));
      return 'written';
    },
    async ofId(id) {
      return [...(ids.get(id)?.values() ?? [])];
    },
    async *due(now) {
      yield all()
        .filter((ban) => isDue(ban, now))
        .sort((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0))
        .map(({ id, jail }) => ({ id, jail }));
    },
    async *active() {
      yield all().filter((ban) => ban.state === 'active');
    },
  };
}
