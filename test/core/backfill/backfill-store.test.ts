import { backfillStoreContract } from '../../contracts/backfill-store.contract.ts';
import { memoryBackfillStore } from '../../memory/memory-backfill-store.ts';

backfillStoreContract('memory', async () => memoryBackfillStore());
