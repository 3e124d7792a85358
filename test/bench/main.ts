import { availableParallelism, cpus, loadavg } from 'node:os';
import { enforceBench } from './enforce.ts';
import { loadBench } from './load.ts';
import { matcherBench } from './matcher.ts';
import { replayBench } from './replay.ts';

const BENCHES = new Map([
  ['matcher', matcherBench],
  ['replay', replayBench],
  ['load', loadBench],
  ['enforce', enforceBench],
]);
/** The others take minutes, and their figures are counts. */
const UNLESS_TOLD = ['matcher', 'replay'];

/**
 * `npm run bench`: figures to quote beside what they were measured against, in the same run on the
 * same machine. `npm run bench -- load` runs the one named: matcher, replay, load or enforce.
 */
const named = process.argv.slice(2);
const load = loadavg().map((average) => average.toFixed(1));
console.log(
  `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, load average ${load.join(' ')}\n`,
);
for (const name of named.length > 0 ? named : UNLESS_TOLD) {
  const bench = BENCHES.get(name);
  if (!bench) throw new Error(`no bench is called ${name}: ${[...BENCHES.keys()].join(', ')}`);
  await bench();
}
