import { afterAll, beforeAll } from 'vitest';
import { type EmulatedStores, startEmulatedStores } from '../support/emulated-stores.ts';
import { neverLiftedEarly } from './never-lifted-early.ts';

let emulated: EmulatedStores;
beforeAll(async () => {
  emulated = await startEmulatedStores();
});
afterAll(async () => {
  await emulated.close();
});

neverLiftedEarly('dynalite', (seed) => emulated.create(seed), 6);
