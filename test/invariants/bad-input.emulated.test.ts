import { afterAll, beforeAll } from 'vitest';
import { type EmulatedStores, startEmulatedStores } from '../support/emulated-stores.ts';
import { badInput } from './bad-input.ts';

let emulated: EmulatedStores;
beforeAll(async () => {
  emulated = await startEmulatedStores();
});
afterAll(async () => {
  await emulated.close();
});

badInput('dynalite', (seed) => emulated.create(seed), 6);
