import {
  type BanMade,
  type CountingPorts,
  type CountingRun,
  countingRun,
  type NewAttempts,
} from '../bans/count-and-ban.ts';
import type { KnownBans } from '../bans/known-bans.ts';
import type { MatchingJail } from './matching-jail.ts';

/** How the jails of one delivery count. */
export interface DeliveryCounting {
  readonly ports: CountingPorts & { readonly known: KnownBans };
  /** Epoch seconds. */
  readonly now: number;
  /** What fails is given up, with an event, and does not fail the delivery. */
  readonly lastTry: boolean;
}

/** Counts what one jail has found in a delivery; spares the addresses it must. */
export class JailCounting {
  readonly #jail: MatchingJail;
  readonly #delivery: DeliveryCounting;
  readonly #run: CountingRun;

  constructor(jail: MatchingJail, delivery: DeliveryCounting, onBan?: (ban: BanMade) => Promise<void>) {
    const { ports, now } = delivery;
    this.#jail = jail;
    this.#delivery = delivery;
    const counting = { jail: jail.jail.name, rules: jail.rules, now, known: ports.known };
    this.#run = countingRun(onBan ? { ...counting, onBan } : counting, ports);
  }

  /** @throws when a store fails, unless it is the last try */
  async count(found: NewAttempts): Promise<void> {
    const { telemetry } = this.#delivery.ports;
    const reason = this.#jail.exempt(found.key.id);
    if (reason === undefined) await this.#orGiveUp(() => this.#run.count(found), found);
    else telemetry.emit({ kind: 'attempts-ignored', ...found.key, attempts: found.attempts.length, reason });
  }

  /** To be called when all are counted, or have failed. */
  async settle(): Promise<void> {
    await this.#run.settle();
  }

  async #orGiveUp(count: () => Promise<void>, { key, attempts }: NewAttempts): Promise<void> {
    try {
      await count();
    } catch (failure) {
      if (!this.#delivery.lastTry) throw failure;
      const reason = failure instanceof Error ? failure.message : String(failure);
      const { telemetry } = this.#delivery.ports;
      telemetry.emit({ kind: 'attempts-given-up', ...key, attempts: attempts.length, reason });
    }
  }
}
