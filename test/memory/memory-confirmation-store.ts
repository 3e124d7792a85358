import type { Confirmation, ConfirmationKey, ConfirmationStore } from '../../core/ports/confirmation-store.ts';

/** ConfirmationStore in memory, for tests and local runs. */
export function memoryConfirmationStore(): ConfirmationStore {
  const held = new Map<string, Confirmation>();
  const unsettled = new Map<string, number>();
  const keyText = ({ target, id }: ConfirmationKey): string => JSON.stringify([target, id]);
  return {
    async get(keys) {
      return [...new Set(keys.map(keyText))].flatMap((key) => held.get(key) ?? []);
    },
    async put(confirmations) {
      for (const confirmation of confirmations) held.set(keyText(confirmation), confirmation);
    },
    async delete(keys) {
      for (const key of keys) held.delete(keyText(key));
    },
    async noteMissing(key, missingSince) {
      const confirmation = held.get(keyText(key));
      if (confirmation) held.set(keyText(key), { ...confirmation, missingSince });
    },
    async unsettledAt(target) {
      return unsettled.get(target);
    },
    async unsettle(target, at) {
      unsettled.set(target, at);
    },
  };
}
