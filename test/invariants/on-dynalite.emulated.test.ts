import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmulatedStores, startEmulatedStores } from '../support/emulated-stores.ts';
import { anyInterleaving } from './any-interleaving.ts';
import { badInput } from './bad-input.ts';
import { eachChangeReported } from './each-change-reported.ts';
import { neverLiftedEarly } from './never-lifted-early.ts';
import { opensshLog } from './openssh-log.ts';
import { sshdSessions } from './sshd-sessions.ts';

let emulated: EmulatedStores;
beforeAll(async () => {
  emulated = await startEmulatedStores();
});
afterAll(async () => {
  await emulated.close();
});
const create = (seed: number) => emulated.create(seed);

anyInterleaving('dynalite', create, 7);
sshdSessions('dynalite', create, 3);
opensshLog('dynalite', create, 1);
badInput('dynalite', create, 6);
neverLiftedEarly('dynalite', create, 6);
eachChangeReported('dynalite', create, 6);

it('dynalite failed some of these writes', () => {
  expect(emulated.failed()).toBeGreaterThan(10);
});
