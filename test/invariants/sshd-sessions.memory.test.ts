import { memoryStores } from '../support/stores.ts';
import { sshdSessions } from './sshd-sessions.ts';

sshdSessions('memory', async () => memoryStores(), 60);
