/**
 * A rate limit as AWS meters API calls: a bucket of tokens, one a call, refilled at a steady rate.
 */
export interface TokenBucket {
  /**
   * Takes a token if there is one. `now` in milliseconds; a clock that goes back refills nothing.
   */
  take(now: number): boolean;
}

export function createTokenBucket(limit: { readonly burst: number; readonly perSecond: number }): TokenBucket {
  let tokens = limit.burst;
  let refilledAt: number | undefined;
  return {
    take(now) {
      const elapsed = Math.max(0, now - (refilledAt ?? now));
      tokens = Math.min(limit.burst, tokens + (elapsed * limit.perSecond) / 1000);
      refilledAt = Math.max(refilledAt ?? now, now);
      // A whole second must give a whole token despite floating-point rounding.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}
