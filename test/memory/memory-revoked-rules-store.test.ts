import { revokedRulesStoreContract } from '../contracts/revoked-rules-store.contract.ts';
import { memoryRevokedRulesStore } from './memory-revoked-rules-store.ts';

revokedRulesStoreContract('memory', async () => memoryRevokedRulesStore());
