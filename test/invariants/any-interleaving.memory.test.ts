import { memoryStores } from '../support/stores.ts';
import { anyInterleaving } from './any-interleaving.ts';

anyInterleaving('memory', async () => memoryStores(), 200);
