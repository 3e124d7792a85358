import type { Clock } from '../core/ports/clock.ts';

/** A clock that stands still. Sleeping moves it, so nothing waits. */
export interface VirtualClock extends Clock {
  /** @param time epoch seconds */
  set(time: number): void;
}

export function virtualClock(start: number): VirtualClock {
  let time = start;
  return {
    now: () => time,
    set(next) {
      time = next;
    },
    async sleep(ms) {
      time += ms / 1000;
    },
  };
}
