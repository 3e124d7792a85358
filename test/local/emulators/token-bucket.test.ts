import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket } from '../../../local/emulators/token-bucket.ts';

describe('createTokenBucket', () => {
  it('lets a burst through and then one call for each token refilled', () => {
    const bucket = createTokenBucket({ burst: 2, perSecond: 1 });
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.take(999), bucket.take(1000), bucket.take(1001)]).toEqual([false, true, false]);
  });

  it('does not refill past its burst', () => {
    const bucket = createTokenBucket({ burst: 1, perSecond: 5 });
    bucket.take(0);
    expect([bucket.take(60_000), bucket.take(60_000)]).toEqual([true, false]);
  });

  it('refills nothing while the clock goes back', () => {
    const bucket = createTokenBucket({ burst: 1, perSecond: 1 });
    expect([bucket.take(5_000), bucket.take(0), bucket.take(4_000), bucket.take(6_000)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('never admits more than its burst and rate allow, however calls are spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), (gaps) => {
        const bucket = createTokenBucket({ burst: 3, perSecond: 5 });
        let now = 0;
        let admitted = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(now)) admitted++;
        }
        expect(admitted).toBeLessThanOrEqual(3 + (now * 5) / 1000 + 1e-6);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
