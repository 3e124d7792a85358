import { memoryStores } from '../support/stores.ts';
import { neverLiftedEarly } from './never-lifted-early.ts';

neverLiftedEarly('memory', async () => memoryStores(), 200);
