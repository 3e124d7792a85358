import { memoryConfirmationStore } from '../../core/memory/memory-confirmation-store.ts';
import { memoryLeakStore } from '../../core/memory/memory-leak-store.ts';
import { confirmationStoreContract } from '../contracts/confirmation-store.contract.ts';
import { leakStoreContract } from '../contracts/leak-store.contract.ts';

confirmationStoreContract('memory', async () => memoryConfirmationStore());
leakStoreContract('memory', async () => memoryLeakStore());
