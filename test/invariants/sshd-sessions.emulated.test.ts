import { afterAll, beforeAll } from 'vitest';
import { type EmulatedStores, startEmulatedStores } from '../support/emulated-stores.ts';
import { sshdSessions } from './sshd-sessions.ts';

let emulated: EmulatedStores;
beforeAll(async () => {
  emulated = await startEmulatedStores();
});
afterAll(async () => {
  await emulated.close();
});

sshdSessions('dynalite', (seed) => emulated.create(seed), 3);
