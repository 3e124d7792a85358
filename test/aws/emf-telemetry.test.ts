import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emfTelemetry } from '../../aws/emf-telemetry.ts';

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
  it('says how full a target is, and hands on what it warns of', () => {
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

  it('has no figure for what has no limit', () => {
    const report = { added: [], removed: [], overflow: [], held: 9, capacity: Number.POSITIVE_INFINITY };
    emfTelemetry().emit({ kind: 'target-converged', target: 'blocklist', report });
    expect(lines.filter((line) => 'TargetUtilization' in line)).toEqual([]);
  });
});
