import { describe, expect, it } from 'vitest';
import { translate } from '../../../core/pyregex/translate.ts';
import { find, refusalOf } from './finding.ts';

describe('translate', () => {
  it('returns source, flags and the captures of each named group, as plain data', () => {
    const translation = translate('(a)(?P<x>b)(?P<y>c)');
    expect(translation).toEqual({
      kind: 'translated',
      regex: { source: 'a(b)(c)', flags: 'u', groups: { x: [1], y: [2] } },
    });
    expect(JSON.parse(JSON.stringify(translation))).toEqual(translation);
  });

  it('returns one diagnostic with a place in the pattern', () => {
    expect(translate('ab(?P<x>c')).toEqual({
      kind: 'refused',
      diagnostics: [
        {
          code: 'REGEX_SYNTAX',
          severity: 'error',
          message: 'this group is not closed by ")"',
          at: { file: '', line: 1, column: 3, length: 7 },
        },
      ],
    });
  });

  it('names the alternative, where there is one', () => {
    const translation = translate('(?i)(\\w)\\1');
    expect(translation.kind === 'refused' && translation.diagnostics[0]?.help).toContain('(?-i:');
  });

  it('finds the leftmost match, as re.search does', () => {
    expect(find('b|ab', 'xab')?.text).toBe('ab');
  });

  it('takes a pattern of great depth and length', () => {
    expect(find(`${'(?:'.repeat(200)}a${')'.repeat(200)}`, 'a')?.text).toBe('a');
    expect(find('a'.repeat(20_000), 'a'.repeat(20_000))?.text.length).toBe(20_000);
    expect(refusalOf(Array.from({ length: 1000 }, (_, i) => `(?P<g${i}>a)?`).join(''))).toBeUndefined();
  });
});
