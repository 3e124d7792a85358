import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { authLog } from './auth-log.ts';
import type { LoopRound, LoopTask } from './matcher-loop.ts';

const LINES_A_PAYLOAD = 1000;
const PAYLOADS = 200;
const ROUNDS = 9;
const WARM_UP = 5;
const LOOP = fileURLToPath(new URL('./matcher-loop.ts', import.meta.url));

/**
 * The warm matcher on CloudWatch payloads, beside a loop that only gunzips and parses them. Bundled
 * and minified as it is deployed: what loads TypeScript wraps every function, which takes a tenth
 * of the time.
 */
export async function matcherBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudjail-bench-'));
  try {
    const loop = join(folder, 'loop.mjs');
    await build({ entryPoints: [LOOP], outfile: loop, bundle: true, minify: true, platform: 'node', format: 'esm' });
    const { compiled } = compileJails(configDirectory(), { only: ['sshd'], set: { loggroup: '/log' } });
    for (const [name, attackEvery] of [
      ['10 % attack lines', 10],
      ['benign lines only', 0],
    ] as const) {
      const task = join(folder, 'task.json');
      const payloads = makePayloads(attackEvery);
      writeFileSync(
        task,
        JSON.stringify({ jails: compiled.jails, payloads, rounds: ROUNDS, warmUp: WARM_UP } satisfies LoopTask),
      );
      report(name, JSON.parse(execFileSync(process.execPath, [loop, task], { encoding: 'utf8' })));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(name: string, rounds: readonly LoopRound[]): void {
  const ratios = rounds.map(({ matcher, parse }) => parse / matcher).sort((a, b) => a - b);
  const best = (key: keyof LoopRound) =>
    Math.round((LINES_A_PAYLOAD * PAYLOADS) / Math.min(...rounds.map((round) => round[key]))).toLocaleString('en');
  console.log(
    `matcher, sshd jail, ${PAYLOADS} payloads of ${LINES_A_PAYLOAD} lines, ${name}:\n` +
      `  ${best('matcher')} lines/s; gunzip + JSON.parse alone ${best('parse')} lines/s; ` +
      `ratio ${ratios[ROUNDS >> 1]?.toFixed(2)} (median of ${ROUNDS}, ${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`,
  );
}

function makePayloads(attackEvery: number): readonly string[] {
  const events = Array.from(authLog(LINES_A_PAYLOAD * PAYLOADS, attackEvery), ({ time, text }, i) => ({
    id: String(i).padStart(56, '0'),
    timestampMs: time * 1000,
    message: text,
  }));
  return Array.from({ length: PAYLOADS }, (_, i) => {
    const some = events.slice(i * LINES_A_PAYLOAD, (i + 1) * LINES_A_PAYLOAD);
    return subscriptionEvent({ logGroup: '/log', logStream: 'host', events: some }).awslogs.data;
  });
}
