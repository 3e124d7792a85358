import type { RevokedRules, RevokedRulesStore } from '../../core/ports/revoked-rules-store.ts';
import { fitting } from './item-limit.ts';

/** RevokedRulesStore in memory, for tests. */
export function memoryRevokedRulesStore(): RevokedRulesStore {
  const groups = new Map<string, RevokedRules>();
  const find = (groupId: string): RevokedRules => groups.get(groupId) ?? { rules: [], version: 0 };
  return {
    async read(groupId) {
      return find(groupId);
    },
    async write(groupId, revoked) {
      if (find(groupId).version !== revoked.version - 1) return 'conflict';
      groups.set(groupId, fitting(revoked));
      return 'written';
    },
  };
}
