import { availableParallelism, cpus } from 'node:os';
import { matcherBench } from './matcher.ts';
import { replayBench } from './replay.ts';

/** `npm run bench`: figures to quote beside what they were measured against, in the same run on the same machine. */
console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
await matcherBench();
await replayBench();
