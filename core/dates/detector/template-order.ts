import type { DateTemplate } from '../templates/date-template.ts';

/** The order of trial and what is known of the templates that have matched. JSON-serializable. */
export interface TemplatePlaces {
  /**
   * Template indices in the order of trial, as far as the first from which on all are in their
   * original order.
   */
  readonly order: readonly number[];
  /**
   * Templates that have matched. `lastUsed` is in epoch seconds, `distance` is where the last
   * winning match began.
   */
  readonly used: readonly (readonly [template: number, hits: number, lastUsed: number, distance: number])[];
  readonly firstUnused: number;
}

/**
 * A template unused for this long gives its place to one in use (`datedetector.py: __unusedTime`).
 */
const UNUSED_SECONDS = 300;
/** Further right than any date: the distance of a template that has not won. */
const FAR = 0x7fff_ffff;

/**
 * Keeps winning templates before the others (`fail2ban/server/datedetector.py: _reorderTemplate`).
 * Its data of a template is stored under the template's index, not under its place.
 */
export class TemplateOrder {
  /** Template indices in the order of trial. */
  readonly order: number[];
  /** How often each has won. */
  readonly hits: number[];
  /** It has matched a line, whether it won or not. */
  readonly seen: boolean[];
  /** Where its last winning match began. */
  readonly distance: number[];
  readonly #templates: readonly DateTemplate[];
  readonly #lastUsed: number[];
  #firstUnused: number;

  constructor(templates: readonly DateTemplate[], places?: TemplatePlaces) {
    const count = templates.length;
    this.#templates = templates;
    this.order = completed(places?.order ?? [], count);
    this.hits = new Array<number>(count).fill(0);
    this.seen = new Array<boolean>(count).fill(false);
    this.distance = new Array<number>(count).fill(FAR);
    this.#lastUsed = new Array<number>(count).fill(0);
    this.#firstUnused = places?.firstUnused ?? 0;
    for (const [template, hits, lastUsed, distance] of places?.used ?? []) {
      this.hits[template] = hits;
      this.seen[template] = true;
      this.distance[template] = distance;
      this.#lastUsed[template] = lastUsed;
    }
  }

  /**
   * Counts a win of the template at `position`, whose match began at `distance`; its new position.
   */
  won(position: number, distance: number, wonLastTime: boolean, now: number): number {
    const template = this.order[position] ?? 0;
    this.hits[template] = (this.hits[template] ?? 0) + 1;
    this.distance[template] = distance;
    this.#lastUsed[template] = now;
    if (this.#firstUnused === position) this.#firstUnused += 1;
    return position === 0 || wonLastTime ? position : this.#moveForward(template, position);
  }

  /**
   * Moves the template to the first unused place, or half way there; by one place if that is not
   * due, or not at all.
   */
  #moveForward(template: number, position: number): number {
    const far = this.#firstUnused < position ? this.#firstUnused : position >> 1;
    if (this.#mayReplace(template, far)) return this.#move(template, position, far);
    const near = position - 1;
    return far !== near && this.#mayReplace(template, near) ? this.#move(template, position, near) : position;
  }

  #mayReplace(template: number, position: number): boolean {
    const other = this.order[position] ?? 0;
    if (this.#rank(template) > this.#rank(other)) return true;
    return (this.#lastUsed[template] ?? 0) - UNUSED_SECONDS > (this.#lastUsed[other] ?? 0);
  }

  #rank(template: number): number {
    const weight = this.#templates[template]?.weight ?? 0;
    return ((this.hits[template] ?? 0) * weight) / Math.max(1, this.distance[template] ?? FAR);
  }

  #move(template: number, from: number, to: number): number {
    this.order.splice(from, 1);
    this.order.splice(to, 0, template);
    while ((this.hits[this.order[this.#firstUnused] ?? -1] ?? 0) > 0) this.#firstUnused += 1;
    return to;
  }

  places(): TemplatePlaces {
    const used = this.order
      .filter((template) => this.seen[template])
      .map((template) => {
        const { hits, distance } = this;
        return [template, hits[template] ?? 0, this.#lastUsed[template] ?? 0, distance[template] ?? FAR] as const;
      });
    return { order: withoutSortedTail(this.order), used, firstUnused: this.#firstUnused };
  }
}

/** All indices: those given, and then the others, ascending. */
function completed(front: readonly number[], count: number): number[] {
  const order = [...front];
  for (let template = 0; template < count; template += 1) if (!front.includes(template)) order.push(template);
  return order;
}

/** The inverse of {@link completed}. */
function withoutSortedTail(order: readonly number[]): readonly number[] {
  let length = order.length;
  while (length > 0 && (order[length - 1] ?? 0) < (order[length] ?? order.length)) length -= 1;
  return order.slice(0, length);
}
