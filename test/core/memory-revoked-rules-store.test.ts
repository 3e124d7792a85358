import { memoryRevokedRulesStore } from '../../core/memory/memory-revoked-rules-store.ts';
import { revokedRulesStoreContract } from '../contracts/revoked-rules-store.contract.ts';

revokedRulesStoreContract('memory', async () => memoryRevokedRulesStore());
