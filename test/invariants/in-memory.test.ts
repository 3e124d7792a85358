import { memoryStores } from '../support/stores.ts';
import { anyInterleaving } from './any-interleaving.ts';
import { badInput } from './bad-input.ts';
import { eachChangeReported } from './each-change-reported.ts';
import { neverLiftedEarly } from './never-lifted-early.ts';
import { opensshLog } from './openssh-log.ts';
import { sshdSessions } from './sshd-sessions.ts';

const create = async () => memoryStores();

anyInterleaving('memory', create, 200);
sshdSessions('memory', create, 50);
opensshLog('memory', create, 6);
badInput('memory', create, 100);
neverLiftedEarly('memory', create, 200);
eachChangeReported('memory', create, 200);
