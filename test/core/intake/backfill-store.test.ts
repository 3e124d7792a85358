import { memoryBackfillStore } from '../../../core/memory/memory-backfill-store.ts';
import { backfillStoreContract } from '../../contracts/backfill-store.contract.ts';

backfillStoreContract('memory', async () => memoryBackfillStore());
