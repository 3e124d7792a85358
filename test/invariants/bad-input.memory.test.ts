import { memoryStores } from '../support/stores.ts';
import { badInput } from './bad-input.ts';

badInput('memory', async () => memoryStores(), 100);
