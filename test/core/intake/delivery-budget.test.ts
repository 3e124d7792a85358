import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { processBatch } from '../../../core/intake/process-batch.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { compileDefinition } from '../match/text-config.ts';

const HUNGRY = compileDefinition('failregex = ^\\s*user (?:\\w+)+ refused <HOST>$');
const T = 1_795_000_000;
const hostile = `user ${'a'.repeat(60)} refused !`;

describe('a delivery', () => {
  it('ends in its time however many of its lines would take for ever, and reports those it left', async () => {
    const compiled = [
      plainJail({ name: 'hungry', match: HUNGRY, maxretry: 1 }),
      plainJail({ name: 'hungry too', match: HUNGRY, maxretry: 1 }),
      plainJail({ name: 'plain', maxretry: 1 }),
    ];
    const { ports, told, bans } = intakeSystem(compiled);
    const messages = [...Array(800).fill(hostile), 'user a refused 9.0.0.1', 'no 9.0.0.2', 'of no jail'];
    const events = messages.map((message: string, i) => ({ id: `e${i}`, timestampMs: T * 1000, message }));
    const start = performance.now();
    const clock = { ...ports.clock, now: () => T + (performance.now() - start) / 1000 };
    const batch = { logGroup: '/log', logStream: 'host', events };
    await processBatch(batch, compiled.map(matchingJail), { ...ports, clock, watch: vmWatch() }, { matchUntil: T + 5 });
    expect(performance.now() - start).toBeLessThan(8000);
    // The one jail's hostile lines cost no other jail its lines.
    expect(bans().map((ban) => ban.split(' ').slice(0, 2).join(' '))).toEqual(['plain 9.0.0.2']);
    const [matched] = told.filter((one) => one.kind === 'batch-matched');
    expect(matched?.left.givenUp).toBeGreaterThan(0);
    expect((matched?.left.givenUp ?? 0) + (matched?.left.outOfTime ?? 0)).toBe(2 * 801);
  });
});
