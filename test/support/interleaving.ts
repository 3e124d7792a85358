/** Calls of many at once, in an order that a seed decides and repeats. */
export interface Interleaving {
  /** Holds the call until it is its turn; no other call is on its way while it is served. */
  turn<T>(call: () => Promise<T>): Promise<T>;
  /** As `turn`, when no one else has a call to make. */
  afterAll<T>(call: () => Promise<T>): Promise<T>;
  /**
   * Starts the tasks and lets held calls go one at a time until every task is done. Calls that a
   * task left behind stay held, and may go in a later run: a frozen container thaws with what it
   * was doing.
   */
  run(tasks: readonly (() => Promise<void>)[]): Promise<void>;
  /** A whole number from 0, less than `below`. */
  random(below: number): number;
}

export function interleaving(seed: number): Interleaving {
  const random = randomNumbers(seed);
  // Tasks reach their calls in the order of the promise queue, which is the same in every run: the
  // seed alone decides.
  const held: (() => Promise<void>)[] = [];
  const patient: (() => Promise<void>)[] = [];
  const heldIn =
    (queue: (() => Promise<void>)[]) =>
    <T>(call: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        queue.push(() => call().then(resolve, reject));
      });
  return {
    random,
    turn: heldIn(held),
    afterAll: heldIn(patient),
    async run(tasks) {
      let running = tasks.length;
      const all = Promise.all(tasks.map((task) => task().finally(() => running--)));
      all.catch(() => undefined);
      for (;;) {
        await new Promise(setImmediate);
        if (running === 0) break;
        const queue = held.length > 0 ? held : patient;
        const [next] = queue.splice(random(queue.length), 1);
        await next?.();
      }
      await all;
    },
  };
}

/** The construction known as mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
