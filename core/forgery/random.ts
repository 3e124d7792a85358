/**
 * Numbers that look random and are the same in every run, so that every check gives the same
 * result.
 */
export interface Random {
  /** From 0 up to, not including, `below`. */
  integer(below: number): number;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to vary samples. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    integer(below) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    },
  };
}
