import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../../../core/diagnostics/render.ts';

const diagnostic: Diagnostic = {
  code: 'DUPLICATE_OPTION',
  severity: 'error',
  message: 'option "maxretry" is already set in [sshd] of this file, at line 4',
  help: 'keep one of the two',
  at: { file: 'jail.local', line: 12, column: 1, length: 8 },
};

describe('renderDiagnostic', () => {
  it('draws the line with carets under the offending part', () => {
    expect(renderDiagnostic(diagnostic, 'maxretry = 3')).toBe(
      [
        'error[DUPLICATE_OPTION]: option "maxretry" is already set in [sshd] of this file, at line 4',
        '  --> jail.local:12:1',
        '   |',
        '12 | maxretry = 3',
        '   | ^^^^^^^^',
        '   |',
        '   = help: keep one of the two',
      ].join('\n'),
    );
  });

  it('prints only the place when the line is not at hand', () => {
    expect(renderDiagnostic(diagnostic)).toBe(
      [
        'error[DUPLICATE_OPTION]: option "maxretry" is already set in [sshd] of this file, at line 4',
        '  --> jail.local:12:1',
        '   = help: keep one of the two',
      ].join('\n'),
    );
  });

  it('prints a diagnostic without place or help in one line', () => {
    expect(renderDiagnostic({ code: 'BAD_PORT', severity: 'info', message: 'm' })).toBe('info[BAD_PORT]: m');
  });

  it('cuts a long line around the caret', () => {
    const line = `failregex = ${'a'.repeat(100)}%${'b'.repeat(100)}`;
    const text = renderDiagnostic(
      { code: 'BARE_PERCENT', severity: 'error', message: 'm', at: { file: 'f', line: 3, column: 113, length: 1 } },
      line,
    );
    const [, , , source = '', carets = ''] = text.split('\n');
    expect(source).toMatch(/^3 \| …a+%b+…$/);
    expect(source).toHaveLength(4 + 96);
    expect(source[carets.indexOf('^')]).toBe('%');
    expect(carets.trimEnd().endsWith('^')).toBe(true);
  });

  it('shows the beginning of a marked part that is itself too long', () => {
    const line = `x = ${'a'.repeat(300)}`;
    const [, , , source = '', carets = ''] = renderDiagnostic(
      { code: 'BAD_PORT', severity: 'error', message: 'm', at: { file: 'f', line: 1, column: 5, length: 300 } },
      line,
    ).split('\n');
    expect(source).toBe(`1 | x = ${'a'.repeat(91)}…`);
    expect(carets).toBe(`  |     ${'^'.repeat(92)}`);
  });

  it('counts a character outside the basic plane as one column', () => {
    const [, , , source = '', carets = ''] = renderDiagnostic(
      { code: 'BAD_PORT', severity: 'error', message: 'm', at: { file: 'f', line: 1, column: 7, length: 1 } },
      'a = 😀%',
    ).split('\n');
    expect([...source][[...carets].indexOf('^')]).toBe('%');
  });

  it('keeps carets right behind tabs', () => {
    const [, , , source = '', carets = ''] = renderDiagnostic(
      { code: 'BAD_PORT', severity: 'error', message: 'm', at: { file: 'f', line: 1, column: 4, length: 2 } },
      '\t\tx%%',
    ).split('\n');
    expect(source.slice(carets.indexOf('^'))).toBe('%%');
  });

  it('wraps a long help under itself', () => {
    const text = renderDiagnostic({
      code: 'BAD_PORT',
      severity: 'error',
      message: 'm',
      help: 'word '.repeat(40).trim(),
    });
    expect(text.split('\n').slice(1)).toEqual([
      ` = help: ${'word '.repeat(18).trim()}`,
      `         ${'word '.repeat(18).trim()}`,
      '         word word word word',
    ]);
  });

  it('keeps a caret at the end of a line that is shorter than its place', () => {
    const text = renderDiagnostic(
      { code: 'BAD_PORT', severity: 'error', message: 'm', at: { file: 'f', line: 1, column: 5, length: 9 } },
      'abcd',
    );
    expect(text.split('\n')[4]).toBe('  |     ^');
  });

  it('lets no control character of a file through', () => {
    const place = fc.record({
      file: fc.string({ unit: 'binary' }),
      line: fc.integer({ min: 1, max: 100_000 }),
      column: fc.integer({ min: 1, max: 400 }),
      length: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(
        place,
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary' }),
        (at, line, message) => {
          const text = renderDiagnostic({ code: 'BAD_PORT', severity: 'error', message, help: message, at }, line);
          expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
          expect(text).toContain('^');
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});
