import { describe, expect, it } from 'vitest';
import { createCollector, SILENT } from '../../../core/diagnostics/collector.ts';
import { type Diagnostic, hasErrors } from '../../../core/diagnostics/diagnostic.ts';

const at = { file: 'jail.local', line: 1, column: 1, length: 1 };
const mistake: Diagnostic = { code: 'BAD_ACTION', severity: 'error', message: 'm', at };

describe('createCollector', () => {
  it('keeps a mistake once, however often it is met', () => {
    const collector = createCollector();
    collector.add(mistake);
    collector.add({ ...mistake, message: 'from another jail' });
    collector.add({ ...mistake, message: 'another' }, 'of its own');
    collector.add({ ...mistake, at: { ...at, column: 2 } });
    collector.add({ ...mistake, code: 'BAD_FILTER' });
    expect(collector.all().map(({ code, message, at }) => [code, message, at?.column])).toEqual([
      ['BAD_ACTION', 'm', 1],
      ['BAD_ACTION', 'another', 1],
      ['BAD_ACTION', 'm', 2],
      ['BAD_FILTER', 'm', 1],
    ]);
  });

  it('distinguishes diagnostics without a place by their message', () => {
    const collector = createCollector();
    for (const message of ['x', 'y', 'x']) collector.add({ code: 'BAD_ACTION', severity: 'info', message });
    expect(collector.all().map(({ message }) => message)).toEqual(['x', 'y']);
  });

  it('forgets everything when silent', () => {
    SILENT.add(mistake);
    expect(SILENT.all()).toEqual([]);
  });
});

describe('hasErrors', () => {
  it('is true when any diagnostic is an error', () => {
    expect(hasErrors([{ ...mistake, severity: 'warning' }, mistake])).toBe(true);
    expect(hasErrors([{ ...mistake, severity: 'warning' }])).toBe(false);
  });
});
