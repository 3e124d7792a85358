import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../core/ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  sleep: async (ms) => {
    await setTimeout(ms);
  },
};
