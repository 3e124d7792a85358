import { memoryBackfillStore } from '../memory/memory-backfill-store.ts';
import { memoryStores } from '../support/stores.ts';
import { backfilled } from './backfilled.ts';

backfilled('memory', async () => ({ stores: memoryStores(), backfills: memoryBackfillStore() }), 200);
