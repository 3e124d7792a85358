import type { Clock } from '../ports/clock.ts';
import type { Confirmation, ConfirmationStore } from '../ports/confirmation-store.ts';

/** Seconds after which what is known is read anew: another container may have changed it. */
const KNOWN_FOR = 3600;
/**
 * A mark counts for removals by hand (manual-removal.ts) so long that one of this age need not be
 * renewed.
 */
const MARKED_FOR = 300;

/**
 * The confirmations as one warm container knows them: it reads each once and then nothing more, so
 * that a quiet reconciliation costs no read, however many bans there are. What this container has
 * not changed itself may be up to an hour old.
 */
export class ConfirmedEntries {
  readonly store: ConfirmationStore;
  readonly #clock: Pick<Clock, 'now'>;
  /** By target, then by id; `undefined`: there is none. */
  readonly #known = new Map<string, Map<string, Confirmation | undefined>>();
  readonly #marked = new Map<string, number>();
  #since: number;

  constructor(store: ConfirmationStore, clock: Pick<Clock, 'now'>) {
    this.store = store;
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Reads what is not known of these. */
  async learn(target: string, ids: Iterable<string>): Promise<void> {
    if (this.#clock.now() > this.#since + KNOWN_FOR) {
      this.#known.clear();
      this.#since = this.#clock.now();
    }
    const known = this.#of(target);
    const unknown = [...new Set(ids)].filter((id) => !known.has(id));
    if (unknown.length === 0) return;
    const read = await this.store.get(unknown.map((id) => ({ target, id })));
    for (const id of unknown) known.set(id, undefined);
    for (const confirmation of read) known.set(confirmation.id, confirmation);
  }

  /** What is known of one that has been learned of. */
  get(target: string, id: string): Confirmation | undefined {
    return this.#of(target).get(id);
  }

  /** Ids known to be confirmed. */
  ids(target: string): readonly string[] {
    return [...this.#of(target)].flatMap(([id, confirmation]) => (confirmation ? [id] : []));
  }

  forget(target: string, ids: Iterable<string>): void {
    const known = this.#of(target);
    for (const id of ids) known.delete(id);
  }

  async put(target: string, confirmations: readonly Confirmation[]): Promise<void> {
    if (confirmations.length === 0) return;
    // After a failure it is unknown how much was written.
    this.forget(
      target,
      confirmations.map(({ id }) => id),
    );
    await this.store.put(confirmations);
    for (const confirmation of confirmations) this.#of(target).set(confirmation.id, confirmation);
  }

  async delete(target: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.forget(target, ids);
    await this.store.delete(ids.map((id) => ({ target, id })));
    for (const id of ids) this.#of(target).set(id, undefined);
  }

  /** Leaves the mark of {@link ConfirmationStore.unsettle}, for what is about to be done now. */
  async unsettle(target: string): Promise<void> {
    const now = this.#clock.now();
    if (now < (this.#marked.get(target) ?? Number.NEGATIVE_INFINITY) + MARKED_FOR) return;
    await this.store.unsettle(target, now);
    this.#marked.set(target, now);
  }

  #of(target: string): Map<string, Confirmation | undefined> {
    const known = this.#known.get(target) ?? new Map<string, Confirmation | undefined>();
    this.#known.set(target, known);
    return known;
  }
}
