import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play, type Seen, story } from './manual-removal-lab.ts';

describe('onManualRemoval = unban', () => {
  it('lifts no ban whose entry anyone else took out: by banners, dying runs, wipes, and lack of room', async () => {
    const seen: Seen = { unbans: 0, deaths: 0, wipes: 0, ejected: 0, contested: 0 };
    await fc.assert(
      fc.asyncProperty(story, async (one) => await play(one, seen)),
      { numRuns: 400, seed: 7 },
    );
    expect(seen.unbans).toBeGreaterThan(100);
    expect(seen.deaths).toBeGreaterThan(1000);
    expect(seen.wipes).toBeGreaterThan(500);
    expect(seen.ejected).toBeGreaterThan(500);
    expect(seen.contested).toBeGreaterThan(2000);
  }, 60_000);
});
