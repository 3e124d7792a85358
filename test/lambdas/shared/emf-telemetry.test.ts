import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ban } from '../../../core/records/ban.ts';
import { emfTelemetry } from '../../../lambdas/shared/emf-telemetry.ts';

const BAN: Ban = {
  id: '9.0.0.1',
  jail: 'sshd',
  state: 'active',
  bannedAt: 1000,
  madeAt: 1002.5,
  expiresAt: 1600,
  liftedAt: undefined,
  bantime: 600,
  banCount: 1,
  attempts: 5,
  origin: 'jail',
  evidence: [],
  keptFor: 0,
  version: 1,
};

/** What was written to standard output since the test began, a JSON object a line. */
let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines = [];
  const keep = (text: unknown): boolean => {
    for (const line of String(text).split('\n')) if (line.startsWith('{')) lines.push(JSON.parse(line));
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('emfTelemetry', () => {
  it('reports how full a target is, and hands on what it warns of', () => {
    const report = { added: ['9.0.0.1'], removed: [], overflow: ['9.0.0.2'], held: 9, capacity: 18 };
    emfTelemetry().emit({
      kind: 'target-converged',
      target: 'network-acl',
      report: { ...report, warnings: ['an allow stands before the window'] },
    });
    expect(lines).toContainEqual(expect.objectContaining({ target: 'network-acl', TargetUtilization: 50 }));
    expect(lines).toContainEqual(expect.objectContaining({ TargetOverflow: 1, TargetWarnings: 1 }));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', target: 'network-acl', warning: 'an allow stands before the window' }),
    );
    expect(JSON.stringify(lines)).not.toContain('9.0.0.');
  });

  it('reports that a run came to its end though there was nothing to do: the alarms for silence wait for it', () => {
    const nothing = { added: [], removed: [], overflow: [], held: 0, capacity: 10 };
    const telemetry = emfTelemetry();
    telemetry.emit({ kind: 'target-converged', target: 'waf', report: nothing, active: 0 });
    telemetry.emit({ kind: 'expiry-run', lifted: 0, oldestOverdue: 0, finished: true, left: 0, oldestLeft: 0 });
    telemetry.emit({ kind: 'subscriptions-converged', subscribed: 0, changed: 0, unread: 0, left: 0 });
    for (const metric of ['TargetOverflow', 'OverdueBansLeft', 'LogGroupsSubscribed']) {
      expect(lines).toContainEqual(expect.objectContaining({ [metric]: 0 }));
    }
  });

  it('has no figure for what has no limit', () => {
    const report = { added: [], removed: [], overflow: [], held: 9, capacity: Number.POSITIVE_INFINITY };
    emfTelemetry().emit({ kind: 'target-converged', target: 'blocklist', report });
    expect(lines.filter((line) => 'TargetUtilization' in line)).toEqual([]);
  });

  it('writes the latencies of a batch as the values of one metric, and reports how many events were too old to have one', () => {
    const took = { seconds: [0.25, 1.23456, 2], late: 3 };
    const left = { names: 0, notAddresses: 0, tooLong: 0, givenUp: 0, outOfTime: 0 };
    const batch = { kind: 'batch-matched', logGroup: '/log', lines: 9, failures: 2, left } as const;
    const telemetry = emfTelemetry();
    telemetry.emit({ kind: 'ban-made', ban: BAN });
    telemetry.emit({ ...batch, took });
    expect(lines.at(-1)).toMatchObject({ MatchLatency: [0.25, 1.235, 2], EventsLate: 3, BanLatency: 2.5, Bans: 1 });
    telemetry.emit({ ...batch, took: { seconds: [], late: 0 } });
    expect(lines.at(-1)).not.toHaveProperty('MatchLatency');
    expect(lines.at(-1)).not.toHaveProperty('EventsLate');
  });

  it.each([
    ['an operator made', { origin: 'manual' }],
    ['came of events an hour old', { madeAt: 4600 }],
    ['an earlier release made', { madeAt: undefined }],
  ] as const)('has no latency of a ban that %s', (_name, other) => {
    const telemetry = emfTelemetry();
    telemetry.emit({ kind: 'ban-made', ban: { ...BAN, ...other } });
    telemetry.emit({ kind: 'target-failed', target: 'waf', error: new Error('closes') });
    expect(lines.at(-1)).toHaveProperty('Bans', 1);
    expect(lines.at(-1)).not.toHaveProperty('BanLatency');
  });

  it('writes how long enforcing took, and names the target where it was long', () => {
    const telemetry = emfTelemetry();
    const soon = { seconds: [1, 3], late: 0 };
    telemetry.emit({ kind: 'changes-confirmed', target: 'waf', enforced: soon, ended: soon });
    expect(lines).toEqual([expect.objectContaining({ EnforcementLatency: [1, 3], UnbanLatency: [1, 3] })]);
    telemetry.emit({ kind: 'changes-confirmed', target: 'waf', enforced: soon, ended: { seconds: [130], late: 0 } });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', target: 'waf', slowest: { enforced: 3, ended: 130 } }),
    );
  });

  it('logs a ban without the lines it was made for', () => {
    const evidence = ['Failed password for invalid user hunter2 from 9.0.0.1'];
    const telemetry = emfTelemetry();
    for (const kind of ['ban-made', 'ban-prolonged', 'ban-missed', 'ban-lifted'] as const) {
      telemetry.emit({ kind, ban: { ...BAN, evidence } });
      expect(lines.at(-1)).toMatchObject({ level: 'INFO', message: kind, id: '9.0.0.1', jail: 'sshd', banCount: 1 });
    }
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('writes attempts while banned once for all targets, and once for each', () => {
    const telemetry = emfTelemetry();
    const leaked = { jail: 'sshd', id: '9.0.0.1', attempts: 3, targets: ['waf', 'network-acl'] };
    telemetry.emit({ kind: 'attempts-while-banned', ...leaked });
    telemetry.emit({ kind: 'target-failed', target: 'waf', error: new Error('closes') });
    const written = lines.filter((line) => 'AttemptsWhileBanned' in line);
    expect(written).toHaveLength(3);
    for (const target of leaked.targets) {
      expect(written).toContainEqual(expect.objectContaining({ AttemptsWhileBanned: 3, jail: 'sshd', target }));
    }
    expect(written.at(-1)).toMatchObject({ AttemptsWhileBanned: 3 });
    expect(written.at(-1)).not.toHaveProperty('target');
    expect(lines.filter(({ message }) => message === 'attempts-while-banned')).toEqual([
      expect.objectContaining({ level: 'WARN', ...leaked }),
    ]);
  });

  it.each([
    [true, 'ERROR', 'BackfillsGivenUp', 'BackfillFailures'],
    [false, 'WARN', 'BackfillFailures', 'BackfillsGivenUp'],
  ])(
    'of a backfill that failed, given up: %s, logs one line and counts one metric',
    (givenUp, level, counted, other) => {
      const telemetry = emfTelemetry();
      telemetry.emit({ kind: 'backfill-failed', logGroup: '/log', error: new Error('refused'), givenUp });
      telemetry.emit({ kind: 'backfill-run', open: 0, lag: 0 });
      expect(lines.filter(({ message }) => message === 'backfill-failed')).toEqual([
        expect.objectContaining({ level, logGroup: '/log' }),
      ]);
      expect(lines.at(-1)).toHaveProperty(counted, 1);
      for (const name of [other, 'BackfillsOpen', 'BackfillLag']) expect(lines.at(-1)).not.toHaveProperty(name);
    },
  );
});
