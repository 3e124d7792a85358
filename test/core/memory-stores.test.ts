import { memoryAddressBookStore } from '../../core/memory/memory-address-book-store.ts';
import { memoryAttemptStore } from '../../core/memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../core/memory/memory-ban-store.ts';
import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import { memoryNoticeLedger } from '../../core/memory/memory-notice-ledger.ts';
import { memoryNotifier } from '../../core/memory/memory-notifier.ts';
import { memorySessionStore } from '../../core/memory/memory-session-store.ts';
import { addressBookStoreContract } from '../contracts/address-book-store.contract.ts';
import { attemptStoreContract } from '../contracts/attempt-store.contract.ts';
import { banStoreContract } from '../contracts/ban-store.contract.ts';
import { breakerStoreContract } from '../contracts/breaker-store.contract.ts';
import { noticeLedgerContract } from '../contracts/notice-ledger.contract.ts';
import { notifierContract } from '../contracts/notifier.contract.ts';
import { sessionStoreContract } from '../contracts/session-store.contract.ts';

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
