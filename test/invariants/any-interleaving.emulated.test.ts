import { afterAll, beforeAll, expect } from 'vitest';
import { type EmulatedStores, startEmulatedStores } from '../support/emulated-stores.ts';
import { anyInterleaving } from './any-interleaving.ts';

let emulated: EmulatedStores;
beforeAll(async () => {
  emulated = await startEmulatedStores();
});
afterAll(async () => {
  expect(emulated.failed()).toBeGreaterThan(3);
  await emulated.close();
});

anyInterleaving('dynalite', (seed) => emulated.create(seed), 7);
