import { confirmationStoreContract } from '../contracts/confirmation-store.contract.ts';
import { leakStoreContract } from '../contracts/leak-store.contract.ts';
import { memoryConfirmationStore } from './memory-confirmation-store.ts';
import { memoryLeakStore } from './memory-leak-store.ts';

confirmationStoreContract('memory', async () => memoryConfirmationStore());
leakStoreContract('memory', async () => memoryLeakStore());
