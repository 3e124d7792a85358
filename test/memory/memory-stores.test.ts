import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import { addressBookStoreContract } from '../contracts/address-book-store.contract.ts';
import { attemptStoreContract } from '../contracts/attempt-store.contract.ts';
import { banStoreContract } from '../contracts/ban-store.contract.ts';
import { breakerStoreContract } from '../contracts/breaker-store.contract.ts';
import { noticeLedgerContract } from '../contracts/notice-ledger.contract.ts';
import { notifierContract } from '../contracts/notifier.contract.ts';
import { sessionStoreContract } from '../contracts/session-store.contract.ts';
import { memoryAddressBookStore } from './memory-address-book-store.ts';
import { memoryAttemptStore } from './memory-attempt-store.ts';
import { memoryBanStore } from './memory-ban-store.ts';
import { memoryNoticeLedger } from './memory-notice-ledger.ts';
import { memoryNotifier } from './memory-notifier.ts';
import { memorySessionStore } from './memory-session-store.ts';

attemptStoreContract('memory', async () => memoryAttemptStore());
banStoreContract('memory', async () => memoryBanStore());
breakerStoreContract('memory', async () => memoryBreakerStore());
sessionStoreContract('memory', async () => memorySessionStore());
noticeLedgerContract('memory', async () => memoryNoticeLedger());
notifierContract('memory', async () => {
  const notifier = memoryNotifier();
  return { notifier, received: async () => notifier.notices.map(({ name }) => name) };
});
addressBookStoreContract('memory', async () => memoryAddressBookStore());
