import type { DateTemplate } from './date-detector.ts';

/** A template's place in the order of trial, and what is known of its use in one log stream. */
export interface TemplateSlot {
  /** Index into `DateTemplates.templates`. */
  readonly template: number;
  readonly anchored: boolean;
  readonly weight: number;
  /** How often it has won. */
  hits: number;
  /** It has matched a line, whether it won or not. */
  seen: boolean;
  /** When it last won, epoch seconds. */
  lastUsed: number;
  /** Where its last winning match began. */
  distance: number;
}

/** The order of trial and the slots that differ from new ones. JSON-serialisable. */
export interface TemplatePlaces {
  /** Template indices in the order of trial, as far as the first from which on all are in their original order. */
  readonly order: readonly number[];
  /** Templates that have matched: index, hits, lastUsed, distance. */
  readonly used: readonly (readonly [template: number, hits: number, lastUsed: number, distance: number])[];
  readonly firstUnused: number;
}

/** A template not used for so long gives its place to one that is (`datedetector.py: __unusedTime`). */
const UNUSED_SECONDS = 300;
/** Further right than any date: the distance of a template that has not won. */
const FAR = 0x7fff_ffff;

/** Keeps templates that win in front of those that don't (`fail2ban/server/datedetector.py: _reorderTemplate`). */
export class TemplateOrder {
  readonly slots: TemplateSlot[];
  #firstUnused: number;

  constructor(templates: readonly DateTemplate[], places?: TemplatePlaces) {
    const fresh = templates.map(
      ({ anchored, weight }, template): TemplateSlot => ({
        template,
        anchored,
        weight,
        hits: 0,
        seen: false,
        lastUsed: 0,
        distance: FAR,
      }),
    );
    for (const [template, hits, lastUsed, distance] of places?.used ?? []) {
      const slot = fresh[template];
      if (slot !== undefined) Object.assign(slot, { hits, seen: true, lastUsed, distance });
    }
    const front = places?.order ?? [];
    const rest = [...fresh.keys()].filter((template) => !front.includes(template));
    this.slots = [...front, ...rest].flatMap((template) => fresh[template] ?? []);
    this.#firstUnused = places?.firstUnused ?? 0;
  }

  /** Counts a win of the template at `position`, whose match began at `distance`; its new position. */
  won(position: number, distance: number, wonLastTime: boolean, now: number): number {
    const slot = this.slots[position];
    if (slot === undefined) return position;
    slot.hits += 1;
    slot.lastUsed = now;
    slot.distance = distance;
    if (this.#firstUnused === position) this.#firstUnused += 1;
    return position === 0 || wonLastTime ? position : this.#moveForward(slot, position);
  }

  /** To the first unused place, or half way; one place if that is not due, or none. */
  #moveForward(slot: TemplateSlot, position: number): number {
    const far = this.#firstUnused < position ? this.#firstUnused : position >> 1;
    if (this.#mayReplace(slot, far)) return this.#move(slot, position, far);
    if (far !== position - 1 && this.#mayReplace(slot, position - 1)) return this.#move(slot, position, position - 1);
    return position;
  }

  #mayReplace(slot: TemplateSlot, position: number): boolean {
    const other = this.slots[position];
    return other !== undefined && (rank(slot) > rank(other) || slot.lastUsed - UNUSED_SECONDS > other.lastUsed);
  }

  #move(slot: TemplateSlot, from: number, to: number): number {
    this.slots.splice(from, 1);
    this.slots.splice(to, 0, slot);
    while ((this.slots[this.#firstUnused]?.hits ?? 0) > 0) this.#firstUnused += 1;
    return to;
  }

  places(): TemplatePlaces {
    const used = this.slots
      .filter(({ seen }) => seen)
      .map(({ template, hits, lastUsed, distance }) => [template, hits, lastUsed, distance] as const);
    const order = this.slots.map(({ template }) => template);
    return { order: withoutSortedTail(order), used, firstUnused: this.#firstUnused };
  }
}

function rank(slot: TemplateSlot): number {
  return (slot.hits * slot.weight) / Math.max(1, slot.distance);
}

function withoutSortedTail(order: readonly number[]): readonly number[] {
  let length = order.length;
  // The tail is as it would be filled in: ascending, and nothing in it is left out in front of it.
  while (length > 0 && (order[length - 1] ?? 0) < (order[length] ?? order.length)) length -= 1;
  return order.slice(0, length);
}
